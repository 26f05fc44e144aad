#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "theus/runtime/random.hpp"
#include "theus/workflows.hpp"

// Random workflows: a program is a tree of steps that one workflow interprets, so a seed stands for
// a workflow nobody wrote by hand.
namespace theus::testing {

struct program {
  // call, sleep, receive, send, draw, write, fail; sequence, all, any, within, shield, outcome,
  // phase, loop
  std::string op;
  std::int64_t number = 0;
  std::vector<program> parts;
};
BOOST_DESCRIBE_STRUCT(program, (), (op, number, parts))

inline constexpr activity<std::int64_t(std::int64_t)> random_work{"work"};
inline constexpr signal<std::int64_t> random_signal{"number"};

// What the iterations of a loop hand on.
struct rounds {
  program part;
  std::int64_t left = 0;
};
BOOST_DESCRIBE_STRUCT(rounds, (), (part, left))

// With phases, loops and writes to the Context, or without.
program make_program(random_stream& from, int depth, bool with_context = true);

// Gives a number that depends on everything it observed.
workflow<std::int64_t> interpret(context& ctx, program p);

}  // namespace theus::testing
