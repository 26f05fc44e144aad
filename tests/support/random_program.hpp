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
  std::string op;  // call, sleep, receive, send, draw, fail, sequence, all, any, within, shield
  std::int64_t number = 0;
  std::vector<program> parts;
};
BOOST_DESCRIBE_STRUCT(program, (), (op, number, parts))

inline constexpr activity<std::int64_t(std::int64_t)> random_work{"work"};
inline constexpr signal<std::int64_t> random_signal{"number"};

program make_program(random_stream& from, int depth);

// Gives a number that depends on everything it observed.
workflow<std::int64_t> interpret(context& ctx, program p);

}  // namespace theus::testing
