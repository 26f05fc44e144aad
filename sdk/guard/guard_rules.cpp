#include <stdexcept>
#include <string>

#include "theus/guard.hpp"

#include "watched_calls.hpp"

namespace theus {
namespace {

constexpr std::string_view subject_names[guard::subjects] = {
    "clocks",      "time zone", "randomness", "sleeping", "threads", "process",
    "environment", "files",     "sockets",    "printing", "locale"};

std::string_view name_of(guard::subject what) {
  return subject_names[static_cast<std::size_t>(what)];
}

[[noreturn]] void refuse(std::string_view what) {
  std::string text = "theus: no guard watches '" + std::string(what) + "'; it takes a subject (";
  for (const auto each : subject_names)
    text += (text.back() == '(' ? "" : ", ") + std::string(each);
  text += ") or a function (";
  for (const auto& each : guard::watched_calls)
    text += (text.back() == '(' ? "" : ", ") + std::string(each.name);
  throw std::invalid_argument(text + ")");
}

}  // namespace

std::string_view name(guard_policy how) {
  switch (how) {
    case guard_policy::allow:
      return "allow";
    case guard_policy::count:
      return "count";
    case guard_policy::block:
      return "block";
    case guard_policy::abort_turn:
      return "abort_turn";
    case guard_policy::stop:
      return "stop";
  }
  return "unknown";
}

guard_rules::guard_rules(guard_policy for_all) : by_number_(guard::watched_call_count, for_all) {}

guard_rules& guard_rules::set(std::string_view what, guard_policy how) {
  bool found = false;
  for (std::size_t i = 0; i < guard::watched_call_count; ++i) {
    const guard::watched_call& call = guard::watched_calls[i];
    if (call.name != what && name_of(call.what) != what) continue;
    by_number_[i] = how;
    found = true;
  }
  if (!found) refuse(what);
  return *this;
}

guard_policy guard_rules::of(std::string_view function) const {
  for (std::size_t i = 0; i < guard::watched_call_count; ++i) {
    if (guard::watched_calls[i].name == function) return by_number_[i];
  }
  refuse(function);
}

}  // namespace theus
