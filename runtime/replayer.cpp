#include "theus/runtime/replayer.hpp"

#include <algorithm>

namespace theus {

bool is_consumable(const journal::event& e) {
  return !std::holds_alternative<journal::attempt_failed>(e) &&
         !std::holds_alternative<journal::attempt_started>(e);
}

replayer::replayer(const workflow_type& type, journal::run_id run, check how,
                   const machine_limits& bounds)
    : run_(run), how_(how), machine_(std::make_unique<machine>(type, bounds)) {}

std::optional<mismatch> replayer::feed(const journal::stored_record& record) {
  head_ = {record.value.at, record.hash, record.value.time};
  if (const auto* turn = std::get_if<journal::turn>(&record.value.body)) {
    return feed_turn(record.value, *turn);
  }
  feed_intake(record.value, std::get<journal::intake>(record.value.body));
  return std::nullopt;
}

void replayer::feed_intake(const journal::record& r, const journal::intake& i) {
  unconsumed_intake kept{r.at, r.raw_time, r.time, {}};
  for (const auto& e : i.events) {
    if (is_consumable(e)) {
      kept.events.push_back(e);
    } else {
      machine_->note(e);
    }
  }
  if (!kept.events.empty()) unconsumed_.push_back(std::move(kept));
}

std::optional<mismatch> replayer::feed_turn(const journal::record& r, const journal::turn& t) {
  const auto kept = std::find_if(unconsumed_.begin(), unconsumed_.end(),
                                 [&](const auto& each) { return each.at > t.consumed_through; });
  std::vector<event_batch> intakes;
  for (auto each = unconsumed_.begin(); each != kept; ++each) {
    intakes.push_back({each->raw_time, each->time, each->events});
  }
  const auto stepped = machine_->step(intakes, {r.raw_time, r.time, t.events});
  unconsumed_.erase(unconsumed_.begin(), kept);

  if (const auto* bug = std::get_if<workflow_bug>(&stepped)) {
    mismatch found;
    found.what = mismatch::kind::workflow_threw;
    found.run = run_;
    found.turn = r.at;
    found.awaited_at = bug->location;
    found.differences.push_back({"outcome", "a turn", bug->type + ": " + bug->message});
    return found;
  }
  last_turn_ = r.at;
  last_digest_ = t.state_digest;
  std::optional<journal::hash256> digest;
  if (how_ == check::everything) digest = machine_->state_digest();
  return compare(run_, r.at, t, std::get<turn_draft>(stepped), digest ? &*digest : nullptr);
}

std::optional<mismatch> replayer::verify_digest() const {
  if (last_turn_ == journal::before_first || machine_->state_digest() == last_digest_) {
    return std::nullopt;
  }
  mismatch found;
  found.what = mismatch::kind::state_differs;
  found.run = run_;
  found.turn = last_turn_;
  return found;
}

}  // namespace theus
