#pragma once

#include <cstdint>
#include <functional>
#include <variant>
#include <vector>

#include "theus/journal/record.hpp"
#include "theus/runtime/finished_scopes.hpp"
#include <theus/value/value.hpp>

namespace theus {

// A phase or iteration that is over, in place of all that happened in it.
struct closed_scope {
  journal::close_scope how;
  value context;  // the Context around it afterwards
};

// What was applied to a run, one after the other.
struct applied_step {
  journal::wall_time raw_time;
  journal::wall_time time;
  std::variant<journal::event, closed_scope> what;
  std::uint64_t signal = 0;  // of a signal its number among all of the run
  bool woke = false;         // a condition held behind it
};

// A turn, without what happened in phases and iterations that are over.
struct short_turn {
  journal::sequence at{};
  std::vector<applied_step> steps;
  std::vector<journal::command> commands;
};

// A history in which what is over is one step (semantics rule 19). Its length follows from the
// shape of the code that waits, not from how long it has been running.
class short_history {
 public:
  // `over`: what is left out of the commands.
  void add(journal::sequence at, std::vector<applied_step> steps,
           const std::vector<journal::command>& commands, const finished_scopes& over);
  // What was added, without the signals that `is_dropped` names, and without attempts that say
  // nothing any more.
  std::vector<short_turn> release(const std::function<bool(std::uint64_t signal)>& is_dropped);

 private:
  void append(short_turn turn);
  void forget_before(closed_scope& newer);
  void drop_attempts();

  std::vector<short_turn> turns_;
};

// Those of `commands` that phases and iterations which are over did not ask for, nor their ends.
std::vector<journal::command> left_of(const std::vector<journal::command>& commands,
                                      const finished_scopes& over);
// Was it asked for in something that is over?
bool is_covered(const journal::command& c, const finished_scopes& over);
bool is_covered(const journal::event& e, const finished_scopes& over);

}  // namespace theus
