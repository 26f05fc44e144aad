#include "keys.hpp"

#include <algorithm>
#include <cstring>

namespace theus::journal::keys {
namespace {

// A scope path in a key: its components, then `scope_end`, which sorts before any component.
constexpr char scope_end = 1;
constexpr char decimal_component = 2;  // value (8 bytes), digits (1 byte)
constexpr char name_component = 3;     // bytes with 0 written as 0 255, then 0 0
constexpr std::size_t decimal_digits = 18;
constexpr std::uint64_t sign_bit = std::uint64_t(1) << 63;

bool is_decimal(std::string_view text) {
  return !text.empty() && text.size() <= decimal_digits &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void put_component(std::string& to, std::string_view text) {
  if (is_decimal(text)) {
    std::uint64_t value = 0;
    for (char c : text) value = value * 10 + std::uint64_t(c - '0');
    to.push_back(decimal_component);
    put_u64(to, value);
    to.push_back(char(text.size()));
    return;
  }
  to.push_back(name_component);
  for (char c : text) {
    to.push_back(c);
    if (c == '\0') to.push_back(char(255));
  }
  to.append(2, '\0');
}

}  // namespace

void put_u32(std::string& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(char(value >> shift));
}

void put_u64(std::string& to, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(char(value >> shift));
}

void put_run(std::string& to, const run_id& run) {
  to.append(reinterpret_cast<const char*>(run.bytes.data()), run.bytes.size());
}

void put_hash(std::string& to, const hash256& hash) {
  to.append(reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size());
}

void put_time(std::string& to, wall_time t) {
  put_u64(to, std::uint64_t(t.time_since_epoch().count()) ^ sign_bit);
}

void put_command(std::string& to, const command_id& id) {
  std::string_view rest = id.scope;
  while (!id.scope.empty()) {
    const std::size_t slash = rest.find('/');
    put_component(to, rest.substr(0, slash));
    if (slash == std::string_view::npos) break;
    rest = rest.substr(slash + 1);
  }
  to.push_back(scope_end);
  put_u32(to, id.number);
}

std::string_view cursor::bytes(std::size_t count) {
  if (!ok_ || rest_.size() < count) {
    ok_ = false;
    return {};
  }
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::uint8_t cursor::byte() {
  const std::string_view taken = bytes(1);
  return ok_ ? std::uint8_t(taken[0]) : 0;
}

std::uint32_t cursor::u32() {
  std::uint32_t value = 0;
  for (char c : bytes(4)) value = value << 8 | std::uint8_t(c);
  return value;
}

std::uint64_t cursor::u64() {
  std::uint64_t value = 0;
  for (char c : bytes(8)) value = value << 8 | std::uint8_t(c);
  return value;
}

run_id cursor::run() {
  run_id id;
  const std::string_view taken = bytes(id.bytes.size());
  if (ok_) std::memcpy(id.bytes.data(), taken.data(), taken.size());
  return id;
}

hash256 cursor::hash() {
  hash256 h;
  const std::string_view taken = bytes(h.bytes.size());
  if (ok_) std::memcpy(h.bytes.data(), taken.data(), taken.size());
  return h;
}

wall_time cursor::time() {
  return wall_time(std::chrono::microseconds(std::int64_t(u64() ^ sign_bit)));
}

std::string cursor::sized_text() { return std::string(bytes(u32())); }

std::string cursor::component() {
  std::string text;
  if (byte() == decimal_component) {
    const std::uint64_t value = u64();
    const std::size_t digits = byte();
    text = std::to_string(value);
    if (digits < text.size() || digits > decimal_digits) {
      ok_ = false;
      return {};
    }
    return std::string(digits - text.size(), '0') + text;
  }
  while (ok_) {
    const char c = char(byte());
    if (c != '\0') {
      text.push_back(c);
      continue;
    }
    const std::uint8_t mark = byte();
    if (mark == 0) return text;
    if (mark != 255) ok_ = false;
    text.push_back('\0');
  }
  return {};
}

command_id cursor::command() {
  command_id id;
  bool first = true;
  while (ok_ && !rest_.empty() && (rest_[0] == decimal_component || rest_[0] == name_component)) {
    if (!first) id.scope.push_back('/');
    first = false;
    id.scope += component();
  }
  if (byte() != scope_end) ok_ = false;
  id.number = u32();
  return id;
}

std::string record(run_id run, sequence at) {
  std::string key;
  put_run(key, run);
  put_u64(key, number(at));
  return key;
}

std::string commit(std::uint64_t number) {
  std::string key;
  put_u64(key, number);
  return key;
}

std::string node(const hash256& hash) {
  std::string key;
  put_hash(key, hash);
  return key;
}

std::string checkpoint(const checkpoint_id& id) {
  return char(checkpoint_kind::content) + record(id.run, id.at);
}

std::string listed_checkpoint(const checkpoint_id& id) {
  return char(checkpoint_kind::listed) + record(id.run, sequence{~number(id.at)});
}

std::optional<hash256> parse_node(std::string_view key) {
  cursor c(key);
  const hash256 hash = c.hash();
  if (!c.at_end()) return std::nullopt;
  return hash;
}

std::optional<checkpoint_id> parse_listed_checkpoint(std::string_view key) {
  cursor c(key);
  const bool is_listed = c.byte() == std::uint8_t(checkpoint_kind::listed);
  checkpoint_id id;
  id.run = c.run();
  id.at = sequence{~c.u64()};
  if (!is_listed || !c.at_end()) return std::nullopt;
  return id;
}

}  // namespace theus::journal::keys
