#include "theus/runtime/promise_token.hpp"

#include <algorithm>
#include <charconv>

#include "theus/journal/codec.hpp"

namespace theus {
namespace {

constexpr std::size_t run_digits = 32;
constexpr std::size_t check_digits = 8;
// As runtimes give them: a number without leading zeros that fits a record.
constexpr std::size_t number_digits = 10;

std::string check_of(std::string_view text) {
  const auto hash =
      journal::hash_of({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return hash.to_string().substr(0, check_digits);
}

error malformed(const char* why) {
  return {errc::bad_input, std::string("this is not the token of a promise: ") + why};
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= number_digits && text.front() != '0' &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "2_7_3": the scope's numbers, then the command's.
bool read_command(std::string_view text, journal::command_id& to) {
  const auto cut = text.rfind('_');
  const std::string_view number = cut == text.npos ? text : text.substr(cut + 1);
  if (!is_number(number)) return false;
  const auto end = number.data() + number.size();
  if (std::from_chars(number.data(), end, to.number).ec != std::errc()) return false;
  if (cut == text.npos) return true;
  to.scope = text.substr(0, cut);
  for (std::string_view rest = to.scope;;) {
    const auto next = rest.find('_');
    if (!is_number(rest.substr(0, next))) return false;
    if (next == rest.npos) break;
    rest.remove_prefix(next + 1);
  }
  std::ranges::replace(to.scope, '_', '/');
  return true;
}

}  // namespace

std::string promise_token::to_string() const {
  std::string text = run.to_string() + ".";
  if (!command.scope.empty()) text += command.scope + "/";
  text += std::to_string(command.number);
  std::ranges::replace(text, '/', '_');
  return text + "." + check_of(text);
}

result<promise_token> promise_token::parse(std::string_view text) {
  if (text.size() > most_bytes) return malformed("it is longer than any");
  const auto check = text.rfind('.');
  if (check == text.npos || check <= run_digits || text[run_digits] != '.') {
    return malformed("it does not have its three parts");
  }
  const auto run = journal::run_id::parse(text.substr(0, run_digits));
  if (!run) return malformed("it does not begin with the id of a run");
  promise_token token{*run, {}};
  if (!read_command(text.substr(run_digits + 1, check - run_digits - 1), token.command)) {
    return malformed("its middle does not name a command");
  }
  if (text.substr(check + 1) != check_of(text.substr(0, check))) {
    return malformed("its end does not fit the rest; was it mistyped or cut?");
  }
  return token;
}

}  // namespace theus
