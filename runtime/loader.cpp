#include "loader.hpp"

#include <optional>

namespace theus {
namespace {

constexpr std::size_t records_per_page = 1024;

const journal::started* started_in(const journal::record& first) {
  const auto* turn = std::get_if<journal::turn>(&first.body);
  const auto& events = turn ? turn->events : std::get<journal::intake>(first.body).events;
  return events.empty() ? nullptr : std::get_if<journal::started>(&events.front());
}

std::string refusal(const journal::started& s, const registry& what) {
  if (s.semantics != known_semantics) {
    return "the run was started under semantics " + std::to_string(s.semantics) +
           ", which this build does not know; it goes on with a newer one";
  }
  if (!what.workflows.contains(s.workflow_type)) {
    return "no workflow named '" + s.workflow_type + "' is bound in this application";
  }
  return {};
}

}  // namespace

result<load_result> load_run(journal::store& store, const registry& what, journal::run_id run,
                             const machine_limits& bounds) {
  auto page = store.read(run, journal::first_sequence, records_per_page);
  if (!page) return page.error();
  if (page->empty()) return load_result(absent_run{});
  const auto* start = started_in(page->front().value);
  if (!start) {
    return error{errc::corrupt, "the first record of run " + run.to_string() + " starts no run"};
  }
  const std::string workflow_id = start->workflow_id;
  if (auto reason = refusal(*start, what); !reason.empty()) {
    return load_result(set_aside_run{workflow_id, std::move(reason)});
  }
  replayer replay(*what.workflows.find(start->workflow_type)->second, run,
                  replayer::check::commands, bounds);
  while (!page->empty()) {
    for (const auto& each : *page) {
      if (const auto found = replay.feed(each)) {
        return load_result(set_aside_run{workflow_id, found->explain(), true});
      }
    }
    if (page->size() < records_per_page) break;
    page = store.read(run, next(replay.head().at), records_per_page);
    if (!page) return page.error();
  }
  if (const auto found = replay.verify_digest()) {
    return load_result(set_aside_run{workflow_id, found->explain(), true});
  }
  loaded_run loaded;
  loaded.workflow_id = workflow_id;
  loaded.head = replay.head();
  loaded.unconsumed = replay.unconsumed();
  loaded.body = replay.release();
  return load_result(std::move(loaded));
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

result<run_outcome> outcome_of(journal::store& store, journal::run_id run) {
  const auto head = store.head_of(run);
  if (!head) return head.error();
  if (*head) {
    const auto last = store.read(run, (*head)->at, 1);
    if (!last) return last.error();
    if (last->size() == 1) {
      const auto* turn = std::get_if<journal::turn>(&last->front().value.body);
      if (turn) {
        if (auto outcome = outcome_in(run, turn->commands)) return *outcome;
      }
    }
  }
  return error{errc::corrupt,
               "the last record of finished run " + run.to_string() + " does not end it"};
}

}  // namespace theus
