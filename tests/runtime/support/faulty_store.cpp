#include "runtime/support/faulty_store.hpp"

#include <algorithm>

namespace theus::testing {

journal::append_ticket faulty_store::begin_append(std::span<const journal::unit> units) {
  const journal::append_ticket ticket{++tickets_};
  largest_append_ = std::max(largest_append_, units.size());
  const fault now = fault_;
  const bool stays = now == fault::disk_full || now == fault::io_error;
  if (now != fault::none && !stays && --times_ == 0) fault_ = fault::none;
  if (now == fault::none || now == fault::unknown_but_written) {
    for (const auto& each : units) {
      if (see_) see_(each);
    }
    if (now == fault::none) {
      begun_.emplace(ticket, behind_.begin_append(units));
      return ticket;
    }
    behind_.append(units);
  }
  journal::append_answer refused;
  if (now == fault::fenced) refused.status = journal::append_status::fenced;
  refused.why = trouble();
  if (now == fault::unreadable) refused.why = error{errc::corrupt, "a block of 000012.sst"};
  begun_.emplace(ticket, std::vector<journal::append_answer>(units.size(), refused));
  return ticket;
}

std::vector<journal::append_answer> faulty_store::finish_append(journal::append_ticket begun) {
  auto how = begun_.extract(begun).mapped();
  if (const auto* behind = std::get_if<journal::append_ticket>(&how)) {
    return behind_.finish_append(*behind);
  }
  return std::get<std::vector<journal::append_answer>>(std::move(how));
}

result<void> faulty_store::reopen() {
  ++reopen_calls_;
  if (const auto why = trouble()) return *why;
  return {};
}

std::optional<error> faulty_store::trouble() const {
  if (fault_ == fault::disk_full) return error{errc::disk_full, "no space for the journal"};
  if (fault_ == fault::io_error) return error{errc::io_error, "a sync of the journal failed"};
  return std::nullopt;
}

}  // namespace theus::testing
