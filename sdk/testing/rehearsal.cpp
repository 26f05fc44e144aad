#include "rehearsal.hpp"

#include <algorithm>
#include <typeinfo>
#include <utility>

#include "theus/runtime/queries.hpp"

#include "environment_impl.hpp"
#include "run_report.hpp"

namespace theus::testing {
namespace {

constexpr std::size_t most_runs = 100'000;

std::string kind_of(const std::string& type, const std::string& what) {
  const auto values = what.find(": does not hold: ");
  return type + " " + what.substr(0, values != what.npos ? values : what.find('\n'));
}

std::string in_words(const run_outcome& outcome) {
  std::string words = journal::name(outcome.status);
  if (outcome.status == journal::run_status::completed) return words + " " + outcome.result;
  if (outcome.failure.type.empty()) return words;
  return words + " " + outcome.failure.type + ": " + outcome.failure.message;
}

}  // namespace

rehearsal::rehearsal(const application& what, const environment_options& options,
                     const scenario& run, scenario_control control) {
  environment env(what, options, &control);
  try {
    run(env);
    if (env.impl_->violation().empty()) env.impl_->end_scenario();
  } catch (const scenario_skipped& why) {
    skipped_ = why.what();
  } catch (const std::exception& e) {
    fail(typeid(e).name(), e.what());
  } catch (...) {
    fail("unknown", "the scenario throws something that is no std::exception");
  }
  // A scenario, or what it mocks, may have caught it.
  if (const auto& broken = env.impl_->violation(); !broken.empty()) fail("violation", broken);
  transcript_ = env.transcript();
  appends_ = env.impl_->store().appends();
  if (control.order || !holds() || skipped_) return;
  try {
    collect(env);
  } catch (const std::exception& e) {
    fail(typeid(e).name(), std::string("what is recorded cannot be replayed: ") + e.what());
  }
}

void rehearsal::fail(const std::string& type, const std::string& what) {
  failure_ = what;
  kind_ = kind_of(type, what);
}

void rehearsal::collect(environment& env) {
  auto rows = env.records().instances({}, most_runs);
  if (!rows) throw error_exception(rows.error());
  std::ranges::sort(*rows, {}, [](const auto& row) { return std::pair(row.started_at, row.run); });
  // Run ids that no client asked for follow from how many were drawn before: a kill changes that.
  std::map<std::string, std::uint64_t> of_workflow_id;
  for (const auto& row : *rows) {
    const auto number = ++of_workflow_id[row.workflow_id];
    ending seen{"running", {}};
    if (row.status != journal::run_status::running) {
      const auto outcome = read_outcome(env.records(), row.run);
      if (!outcome) throw error_exception(outcome.error());
      seen.how = in_words(*outcome);
    }
    seen.root = run_report(env.bound(), env.records(), row.run).root().to_string();
    const auto which = number == 1 ? "" : ", its run " + std::to_string(number);
    endings_.emplace("'" + row.workflow_id + "'" + which, seen);
  }
}

}  // namespace theus::testing
