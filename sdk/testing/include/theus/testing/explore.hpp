#pragma once

#include <cstdint>
#include <vector>

#include "theus/testing/environment.hpp"
#include "theus/testing/finding.hpp"

namespace theus::testing {

struct explore_options {
  // Of the first execution; each next one has the next number.
  std::uint64_t seed = 1;
  std::uint64_t executions = 1'000;
  // Instead of drawing orders, tries all of them, those first that depart least from the usual one,
  // until none is left or the executions are spent. (Delay bounding: Emmi, Qadeer and Rakamarić,
  // Delay-Bounded Scheduling, POPL 2011.) No seed plays a part.
  bool every = false;
  // Times at which an execution may kill the process.
  std::uint32_t kills = 1;
  // Attempts that an execution may let fail, before or behind their effect, with a failure of type
  // "explored" that may be tried again: where a workflow gives up after some, it sees it.
  std::uint32_t failures = 0;
  // Time may pass while activities run and requests are on their way: timers race with them.
  bool time_races = true;
  // Runs this order alone, as a report names it, with the options that it names. It does not hold
  // when it has entries that the scenario has no alternatives for.
  std::vector<std::uint32_t> order = {};
  // So many executions are spent on reducing an order that fails; fewer where one makes more than
  // some hundred choices.
  std::uint64_t reductions = 2'000;
  // Paranoid mode, which costs a replay for each turn, is off unless told.
  environment_options environment = {.paranoid = false};
};

class exploration : public finding {
 public:
  struct figures {
    std::uint64_t executions = 0;
    std::uint64_t orders = 0;  // that differ
    double seconds = 0;
    bool is_every = false;  // no other order is left
  };
  exploration(bool holds, std::string text, figures counted, std::uint64_t seed,
              std::vector<std::uint32_t> order)
      : finding(holds, std::move(text)), counted_(counted), seed_(seed), order_(std::move(order)) {}

  const figures& counted() const { return counted_; }
  // ---- of what failed
  std::uint64_t seed() const { return seed_; }
  const std::vector<std::uint32_t>& order() const { return order_; }  // the reduced one

 private:
  figures counted_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> order_;
};

// Runs the scenario in orders drawn from seeds: which running activity takes effect next, when its
// answer arrives, how far the scenario gets meanwhile, when timers fire, in which order
// in_any_order() goes, and when the process is killed. An execution fails when the scenario throws
// (environment::require, a run that failed or cannot finish, …), environment::always is broken, or
// a run got stuck or calls what is neither bound nor mocked without the scenario being told. Of a
// run whose end nobody waits for, what comes after the scenario's last step is not seen.
// The first that fails is reduced to an order that departs as little as possible from the usual
// one and fails alike; the report shows it step by step, and how to repeat it. The same seeds give
// the same, as long as nothing that runs depends on addresses or time.
exploration explore(const explore_options& options, const application& what, const scenario& run);
exploration explore(std::uint64_t executions, const application& what, const scenario& run);

}  // namespace theus::testing
