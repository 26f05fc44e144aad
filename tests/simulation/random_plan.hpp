#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "theus/runtime/random.hpp"
#include "theus/workflows.hpp"

// Random workflows (support/interpreter.hpp) with everything an engine has to survive: calls that
// are retried, timed out or tried once only, sleeps, signals from outside and from other runs,
// branches, failures, children; phases and loops, with and without contracts, that write to the
// Context.
namespace theus::simulation {

struct plan {
  std::string op;  // as of testing::program; trap, child, promise
  std::int64_t number = 0;
  std::string target;          // send, child: the workflow id
  std::uint32_t attempts = 0;  // call: 0 is without end
  std::int64_t first_retry_ms = 1'000;
  std::int64_t timeout_ms = 0;             // call: start to close; 0 is none
  std::int64_t beat_ms = 0;                // call: these three as of its timeouts; 0 is none
  std::int64_t wait_ms = 0;                // schedule to start
  std::int64_t close_ms = 0;               // schedule to close
  bool once = false;                       // call: at most once
  bool blocks = false;                     // call: a plain activity rather than an asynchronous one
  std::vector<std::string> reads, writes;  // phase: what it declares, if any
  std::vector<plan> parts;
};
BOOST_DESCRIBE_STRUCT(plan, (),
                      (op, number, target, attempts, first_retry_ms, timeout_ms, beat_ms, wait_ms,
                       close_ms, once, blocks, reads, writes, parts))

inline constexpr activity<std::int64_t(std::int64_t)> fetch{"fetch"};      // asynchronous
inline constexpr activity<std::int64_t(std::int64_t)> compute{"compute"};  // blocking
inline constexpr signal<std::int64_t> note{"note"};
// What follows a plan beside the run's own; a plan with a negative number is refused.
inline constexpr update<std::int64_t(plan)> amended{"amended"};
// What every run is.
inline constexpr child_workflow<std::int64_t(plan)> planned{"plan"};

// What both activities answer: a pure function of the argument.
std::int64_t answer_to(std::int64_t number);
// The failure that a call's policy names as one not to try again.
inline constexpr const char* hopeless = "hopeless";

// `ids` are those of runs a message may go to.
plan make_plan(random_stream& from, int depth, const std::vector<std::string>& ids);

void judge(view run, const plan& amendment);

// Gives a number that depends on everything it observed.
workflow<std::int64_t> follow(context& ctx, plan p);
// The same in a binary with a bug: it throws what may not cross a border where the plan says
// `trap`.
workflow<std::int64_t> follow_with_bug(context& ctx, plan p);

}  // namespace theus::simulation
