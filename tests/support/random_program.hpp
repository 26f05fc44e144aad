#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "theus/runtime/random.hpp"
#include "theus/workflows.hpp"

// Random workflows (interpreter.hpp) for a machine alone.
namespace theus::testing {

struct program {
  // call, sleep, receive, send, draw, race, fail, child, promise; put, patch, erase, fill, restore;
  // sequence, all, any, within, shield, outcome, phase, loop; settle, spawn, lock, channel, watch
  std::string op;
  std::int64_t number = 0;
  std::vector<program> parts;
};
BOOST_DESCRIBE_STRUCT(program, (), (op, number, parts))

inline constexpr activity<std::int64_t(std::int64_t)> random_work{"work"};
inline constexpr child_workflow<std::int64_t(std::int64_t)> random_child{"child"};
inline constexpr update<std::int64_t(program)> random_update{"update"};
inline constexpr signal<std::int64_t> random_signal{"number"};

// With all that there is, or as at first: without writes to the Context, phases, loops and what
// strands of a run share, and children. Golden histories are made from those, so they stay as they
// are.
program make_program(random_stream& from, int depth, bool with_all = true);

// Gives a number that depends on everything it observed.
workflow<std::int64_t> interpret(context& ctx, program p);

}  // namespace theus::testing
