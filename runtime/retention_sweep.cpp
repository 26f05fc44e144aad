#include "retention_sweep.hpp"

#include <algorithm>
#include <utility>

#include "engine_core.hpp"

namespace theus {
namespace {

constexpr std::chrono::hours until_tried_again{1};
constexpr std::size_t most_failures = 10'000;
// How long after its time a run's end is seen at most, while the journal takes appends.
constexpr std::chrono::hours until_durable{1};

}  // namespace

retention_sweep::retention_sweep(engine_core& core)
    : core_(core), is_wanted_(std::ranges::any_of(core.what.retentions, [](const auto& each) {
        return each.second.trims_after.has_value();
      })) {}

bool retention_sweep::is_over() const {
  return core_.is_stopping() || core_.halted() || core_.in_trouble();
}

void retention_sweep::sweep() {
  if (core_.in_trouble()) done_until_.reset();  // ends may become durable late
  if (!is_wanted_ || is_over()) return;
  if (std::exchange(waits_, false)) has_failed_ = true;  // maybe, and then it is tried again
  trims_left_ = core_.options.retention_trims;
  if (read_page()) go_on(++number_);
}

bool retention_sweep::read_page() {
  const auto now = core_.clock.now();
  if (!after_) {
    began_ = now;
    has_failed_ = false;
  }
  if (done_until_ && now < *done_until_) done_until_.reset();  // the clock went back
  const std::size_t most = std::max<std::size_t>(1, core_.options.retention_rows);
  auto page = core_.journal.instances({std::nullopt, "", after_}, most);
  if (!page) {
    core_.report("retention: " + page.error().message);
    return false;
  }
  is_last_page_ = page->size() < most;
  page_.assign(std::make_move_iterator(page->begin()), std::make_move_iterator(page->end()));
  return true;
}

void retention_sweep::go_on(std::uint64_t number) {
  if (number != number_) return;
  while (!page_.empty()) {
    if (is_over() || trims_left_ == 0) return page_.clear();
    const auto row = std::move(page_.front());
    page_.pop_front();
    after_ = row.run;
    if (may_be_due(row) && tend(row.run, number)) return;
  }
  if (!is_last_page_) return;
  after_.reset();
  if (!has_failed_) done_until_ = began_ - until_durable;
}

bool retention_sweep::may_be_due(const journal::instance_row& row) const {
  const auto how = core_.what.retentions.find(row.workflow_type);
  if (how == core_.what.retentions.end() || !how->second.trims_after) return false;
  if (done_until_ && row.closed_at && *row.closed_at <= *done_until_ - *how->second.trims_after) {
    return false;
  }
  return !failed_lately(row.run);
}

bool retention_sweep::failed_lately(journal::run_id run) const {
  const auto found = failures_.find(run);
  if (found == failures_.end()) return false;
  const auto now = core_.clock.now();
  return now >= found->second.at && now - found->second.at < until_tried_again;
}

bool retention_sweep::tend(journal::run_id run, std::uint64_t number) {
  using upkeep = checkpointer::upkeep;
  result<upkeep> done = upkeep::nothing;
  try {
    done = core_.checkpoints.retain(
        run, [this, weak = core_.weak_from_this(), run, number](result<void> how) {
          const auto core = weak.lock();
          if (!core) return;
          core->post(core->where.background,
                     [this, run, number, how = std::move(how)] { trimmed(run, number, how); });
        });
  } catch (const std::exception& e) {  // no memory, most likely
    done = error{errc::limit_exceeded, "retention of run " + run.to_string() + ": " + e.what()};
  }
  if (done && *done == upkeep::nothing) return false;
  --trims_left_;
  waits_ = done && *done == upkeep::asked;
  if (waits_) return true;
  if (!done) note_failure(run, done.error());
  core_.post(core_.where.background, [this, number] { go_on(number); });
  return true;
}

void retention_sweep::trimmed(journal::run_id run, std::uint64_t number, const result<void>& how) {
  if (is_over()) return;
  if (how) {
    failures_.erase(run);
    if (const auto gone = erase_outdated(core_.journal, run); !gone)
      note_failure(run, gone.error());
  } else {
    note_failure(run, how.error());
  }
  if (number != number_) return;
  waits_ = false;
  go_on(number);
}

// Said once as long as it stays the same.
void retention_sweep::note_failure(journal::run_id run, const error& why) {
  has_failed_ = true;
  if (failures_.size() >= most_failures && !failures_.contains(run)) {
    if (!std::exchange(has_told_of_more_, true)) {
      core_.report("more than " + std::to_string(most_failures) +
                   " runs cannot be trimmed; the further ones are not named");
    }
    return;
  }
  failure& last = failures_[run];
  if (last.message != why.message) core_.report(why.message);
  last = {why.message, core_.clock.now()};
}

}  // namespace theus
