#include "log_check.hpp"

#include <cstdio>

namespace theus::journal {
namespace {

constexpr std::size_t first_change_bytes = 8;
constexpr std::size_t header_bytes = 12;

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8 | std::uint8_t(bytes[i - 1]);
  return value;
}

std::string name_of(std::uint64_t log) {
  char name[32];
  std::snprintf(name, sizeof name, "%06llu.log", static_cast<unsigned long long>(log));
  return name;
}

}  // namespace

bool log_check::follows(const logged_batch& next) {
  if (hole_ || next.bytes.size() < header_bytes) return !hole_;
  const std::uint64_t first = little_endian(next.bytes.substr(0, first_change_bytes));
  const std::uint64_t count =
      little_endian(next.bytes.substr(first_change_bytes, header_bytes - first_change_bytes));
  if (count == 0) return true;
  if (expected_ != 0 && first != expected_) {
    hole_ = true;
    after_ = next.log;
    next_ = next.commit;
    return false;
  }
  expected_ = first + count;
  log_ = next.log;
  if (!next.commit) return true;
  if (!first_) first_ = next.commit;
  last_ = next.commit;
  return true;
}

bool log_check::begins_behind(std::uint64_t last) {
  if (!last_) last_ = last;
  if (!first_ || *first_ <= last + 1) return !hole_;
  hole_ = true;
  after_ = log_;
  log_ = 0;
  last_ = last;
  next_ = first_;
  return false;
}

std::string log_check::what() const {
  if (!hole_) return "";
  const std::string where =
      (log_ == 0 ? "an older log" : name_of(log_)) + " ends before " + name_of(after_) + " begins";
  const std::uint64_t before = last_.value_or(0);
  if (next_ && *next_ > before + 1) {
    return where + ": commits " + std::to_string(before + 1) + " to " + std::to_string(*next_ - 1) +
           " are missing";
  }
  return where + ": what was written behind commit " + std::to_string(before) + " is missing";
}

}  // namespace theus::journal
