#include "timer_service.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace theus {

bool timer_service::earlier::operator()(const journal::timer_row& a,
                                        const journal::timer_row& b) const {
  if (a.due != b.due) return a.due < b.due;
  if (a.run != b.run) return a.run < b.run;
  if (a.command != b.command) return a.command < b.command;
  return a.what < b.what;
}

void timer_service::add(const journal::timer_row& row) {
  rows_.insert(row);
  arm();
}

void timer_service::add(std::span<const journal::timer_row> rows) {
  rows_.insert(rows.begin(), rows.end());
  arm();
}

void timer_service::erase(const journal::timer_row& row) { rows_.erase(row); }

void timer_service::clear() {
  rows_.clear();
  alarm_.reset();
}

void timer_service::arm() {
  if (rows_.empty() || (alarm_ && armed_for_ <= rows_.begin()->due)) return;
  armed_for_ = rows_.begin()->due;
  alarm_ = clock_.set_alarm(where_, armed_for_, guard_([this] { fire(); }));
}

// The clock may have gone back since the alarm was set: only what is due by now is woken.
void timer_service::fire() {
  alarm_.reset();
  const auto now = clock_.now();
  std::vector<journal::timer_row> due;
  while (!rows_.empty() && rows_.begin()->due <= now) {
    due.push_back(std::move(rows_.extract(rows_.begin()).value()));
  }
  arm();
  for (const auto& row : due) wake_(row);
}

}  // namespace theus
