#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "theus/runtime/engine.hpp"
#include "theus/runtime/replayer.hpp"

namespace theus::testing {

// What the journal says of a run, and what replaying it with the application's code shows.
// Errors are thrown: error_exception of reading; std::runtime_error when it cannot be replayed.
class run_report {
 public:
  run_report(const registry& what, journal::store& store, journal::run_id run)
      : what_(what), store_(store), run_(run) {}

  std::string history() const;
  value context() const;
  journal::hash256 root() const;
  std::map<std::string, std::vector<journal::payload>> unread_signals() const;
  std::vector<std::string> waits() const;
  // Several lines: what it waits for, the signals nobody took, the end of its history.
  std::string whereabouts() const;

 private:
  std::vector<journal::stored_record> records() const;
  std::unique_ptr<replayer> replayed() const;

  const registry& what_;
  journal::store& store_;
  journal::run_id run_;
};

}  // namespace theus::testing
