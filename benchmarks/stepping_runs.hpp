#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "theus/journal/store.hpp"

namespace theus::benchmarks {

// Runs that take one step each whenever they are asked: the result of one activity, 40 bytes of
// JSON, and the command that asks for the next. Their first step starts them.
class stepping_runs {
 public:
  stepping_runs(std::size_t count, journal::epoch owner);

  // One unit per run, behind those given before.
  std::vector<journal::unit> next_step();

  journal::run_id id(std::size_t run) const { return runs_[run].id; }
  // All payloads of the last step, one after the other.
  std::string last_payloads() const;

 private:
  struct stepping {
    journal::run_id id;
    journal::head newest;
  };
  std::string result_of(std::size_t run) const;
  std::string arguments() const { return "[" + std::to_string(step_) + "]"; }
  journal::record turn_of(std::size_t run) const;

  journal::epoch owner_;
  std::vector<stepping> runs_;
  std::uint32_t step_ = 0;
  journal::wall_time now_{std::chrono::microseconds(1'767'225'600'000'000)};
};

}  // namespace theus::benchmarks
