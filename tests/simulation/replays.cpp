#include <algorithm>

#include "simulation/run_history.hpp"

// The ways in which a run can be brought back, each of which has to lead to where it is.
namespace theus::simulation {
namespace {

std::optional<std::string> compare(machine& here, machine& there) {
  if (here.state_digest() != there.state_digest()) return "the state is another one";
  if (here.context().root() != there.context().root()) return "the Context is another one";
  if (here.runtime_state() != there.runtime_state()) return "signals and ids seen are others";
  if (here.is_finished() != there.is_finished()) return "one has ended, the other has not";
  constexpr auto ever = journal::wall_time::max();
  if (here.due_timers(ever) != there.due_timers(ever)) return "other timers are awaited";
  const bool same_attempts = std::ranges::equal(
      here.pending_activities(), there.pending_activities(), [](const auto* a, const auto* b) {
        return a->id() == b->id() && a->attempts().attempt == b->attempts().attempt &&
               a->attempts().scheduled_for == b->attempts().scheduled_for;
      });
  if (!same_attempts) return "other activities, or other attempts, are awaited";
  if (here.pending_count() != there.pending_count()) return "more or less is awaited";
  return std::nullopt;
}

}  // namespace

std::unique_ptr<replayer> run_history::fresh() const {
  return std::make_unique<replayer>(*what_.workflows.at(start_.workflow_type), id_,
                                    replayer::check::everything);
}

std::optional<std::string> run_history::feed_rest(replayer& into, std::size_t from) const {
  for (std::size_t i = from; i < records_.size(); ++i) {
    if (const auto found = into.feed(records_[i])) return found->explain();
  }
  if (into.unconsumed().size() != live_->unconsumed().size()) return "other intakes are left";
  return compare(into.state(), live_->state());
}

std::optional<std::string> run_history::replay_from_zero() const {
  return records_.empty() ? std::nullopt : feed_rest(*fresh(), 0);
}

std::optional<std::string> run_history::replay_rest() const {
  if (records_.empty()) return std::nullopt;
  const auto again = fresh();
  for (const auto& each : records_) again->know(each.value);
  return feed_rest(*again, 0);
}

std::optional<std::string> run_history::replay_from(const checkpoint& begin) const {
  const auto behind = journal::number(begin.head.at);
  if (behind > records_.size() || records_[behind - 1].hash != begin.head.hash) {
    return "it is of a record that is not there";
  }
  const auto again = fresh();
  for (const auto& each : begin.turns) again->know(each);
  for (std::size_t i = behind; i < records_.size(); ++i) again->know(records_[i].value);
  std::string damage;
  if (const auto found = resume(*again, begin, damage)) return found->explain();
  if (!damage.empty()) return damage;
  return feed_rest(*again, behind);
}

std::optional<checkpoint> run_history::checkpoint_at(journal::sequence at) const {
  const auto again = fresh();
  again->keep_short_history();
  for (std::size_t i = 0; i < journal::number(at); ++i) again->know(records_[i].value);
  for (std::size_t i = 0; i < journal::number(at); ++i) {
    if (again->feed(records_[i])) return std::nullopt;
  }
  return make_checkpoint(id_, *again);
}

}  // namespace theus::simulation
