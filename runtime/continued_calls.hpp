#pragma once

#include <optional>
#include <vector>

#include "theus/runtime/diagnosis.hpp"
#include "theus/runtime/machine.hpp"

#include "recorded_calls.hpp"

namespace theus {

// What code goes on to ask for behind a mismatch, when its calls end as such calls did when they
// were recorded. Nothing is executed but the workflow's code. Of the machine, which is of no
// further use, and of the recording it takes what it needs.
class continued_calls {
 public:
  continued_calls(const mismatch& found, machine& code, recorded_calls& recorded,
                  journal::wall_time now, invented_results invents);

  // Until it ends, throws, waits for what never came, or has told enough.
  void run();

  const std::vector<call>& all() const { return calls_; }
  bool threw() const { return threw_; }

 private:
  using arrival = recorded_calls::arrival;

  std::optional<arrival> next_arrival();
  std::optional<arrival> known_outcome();
  std::optional<arrival> guessed_outcome(const call& asked);
  void step(arrival next);

  machine& code_;
  recorded_calls& recorded_;
  journal::wall_time now_;
  invented_results invents_;
  std::vector<call> calls_;
  std::vector<bool> answered_;
  std::size_t guesses_ = 0;
  bool threw_ = false;
};

}  // namespace theus
