#include "loader.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "theus/runtime/diagnosis.hpp"
#include "theus/runtime/queries.hpp"

namespace theus {
namespace {

result<void> look_for_cause(journal::store& store, mismatch& found, replayer& at) {
  const auto later = store.read(found.run, found.turn, records_for_a_cause);
  if (!later && later.error().code != errc::trimmed) return later.error();
  if (later) explain_cause(found, at.state(), *later, invented_results::no);
  return {};
}

// A second pass, for the first turn that differs (rule 15): what the code asks for otherwise may
// follow from a state that differed before.
result<void> locate(journal::store& store, const workflow_type& type, const checkpoint* from,
                    const machine_limits& bounds, mismatch& found) {
  replayer replay(type, found.run, replayer::check::everything, bounds);
  auto again = replay_run(store, found.run, from, replay, last_sequence, false);
  if (!again) return again.error();
  if (!again->found) return {};  // then the code is not the same twice
  found = std::move(*again->found);
  return look_for_cause(store, found, replay);
}

result<load_result> replay_from(journal::store& store, const registry& what,
                                const journal::started& start, journal::run_id run,
                                const checkpoint* from, const machine_limits& bounds,
                                std::vector<journal::stored_record> first_page = {}) {
  if (auto reason = why_not_replayable(start, what); !reason.empty()) {
    return load_result(set_aside_run{start.workflow_id, std::move(reason)});
  }
  const workflow_type& type = *what.workflows.find(start.workflow_type)->second;
  replayer replay(type, run, replayer::check::commands, bounds);
  auto tail = replay_run(store, run, from, replay, last_sequence, false, std::move(first_page));
  if (!tail) return tail.error();
  auto found = std::move(tail->found);
  if (!found) found = replay.verify_digest();
  if (found) {
    if (auto looked = locate(store, type, from, bounds, *found); !looked) return looked.error();
  }
  if (found) return load_result(set_aside_run{start.workflow_id, found->explain(), true});
  loaded_run loaded;
  loaded.workflow_id = start.workflow_id;
  loaded.tail = std::move(*tail);
  loaded.head = replay.head();
  loaded.unconsumed = replay.unconsumed();
  loaded.build = replay.build();
  loaded.body = replay.release();
  return load_result(std::move(loaded));
}

}  // namespace

result<load_result> load_run(journal::store& store, node_archive& archive, const registry& what,
                             journal::run_id run, const machine_limits& bounds) {
  std::vector<std::string> damaged;
  std::optional<result<load_result>> loaded;
  for (auto through = last_sequence; !loaded;) {
    auto known = find_checkpoint(store, archive, run, through);
    if (!known) return known.error();
    std::ranges::move(known->damaged, std::back_inserter(damaged));
    if (!known->newest) break;
    const checkpoint& from = *known->newest;
    loaded = replay_from(store, what, *started_in(from), run, &from, bounds);
    if (*loaded || loaded->error().code != errc::corrupt) break;
    damaged.push_back("checkpoint of run " + run.to_string() + " at " +
                      std::to_string(journal::number(from.head.at)) +
                      " is not used: " + loaded->error().message);
    through = journal::sequence{journal::number(from.head.at) - 1};
    loaded.reset();
  }
  if (!loaded) {
    auto first = store.read(run, journal::first_sequence, replay_page_records);
    if (!first) {
      // Nothing is left to replay instead: why the checkpoints are of no use is what matters.
      std::string reason;
      for (const auto& each : damaged) reason += each + "\n";
      return error{first.error().code, reason + first.error().message};
    }
    if (first->empty()) return load_result(absent_run{});
    const auto* start = started_in(first->front().value);
    if (!start) {
      return error{errc::corrupt, "the first record of run " + run.to_string() + " starts no run"};
    }
    const journal::started begun = *start;
    loaded = replay_from(store, what, begun, run, nullptr, bounds, std::move(*first));
  }
  if (*loaded) {
    if (auto* whole = std::get_if<loaded_run>(&**loaded)) whole->damaged = std::move(damaged);
  }
  return std::move(*loaded);
}

std::optional<run_outcome> outcome_in(journal::run_id run,
                                      const std::vector<journal::command>& commands) {
  if (commands.empty()) return std::nullopt;
  run_outcome outcome;
  outcome.run = run;
  if (const auto* done = std::get_if<journal::complete_run>(&commands.back())) {
    outcome.status = journal::run_status::completed;
    outcome.result = done->result;
    return outcome;
  }
  if (const auto* failed = std::get_if<journal::fail_run>(&commands.back())) {
    outcome.status =
        failed->cancelled ? journal::run_status::cancelled : journal::run_status::failed;
    outcome.failure = failed->failure;
    return outcome;
  }
  return std::nullopt;
}

std::optional<run_outcome> ending_in(journal::run_id run, const journal::record& last) {
  if (const auto* turn = std::get_if<journal::turn>(&last.body)) {
    return outcome_in(run, turn->commands);
  }
  const auto* end = journal::termination_in(last);
  if (!end) return std::nullopt;
  return run_outcome{run, journal::run_status::terminated, {}, {"terminated", end->reason, {}}};
}

result<run_outcome> outcome_of(journal::store& store, journal::run_id run) {
  const auto last = last_telling_record(store, run);
  if (!last) return last.error();
  if (*last) {
    if (auto outcome = ending_in(run, **last)) return *outcome;
  }
  return error{errc::corrupt,
               "the last record of finished run " + run.to_string() + " does not end it"};
}

}  // namespace theus
