#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "theus/workflows.hpp"

// Small workflows that tests of theus::testing run.
namespace theus::testing {

constexpr activity<std::int64_t(std::int64_t)> twice{"twice"};
constexpr activity<void(std::string)> tell{"tell"};
constexpr signal<std::string> word{"word"};
constexpr signal<bool> done{"done"};

// Calls `twice`, keeps what it gave in the Context.
workflow<std::int64_t> doubles(context& ctx, std::int64_t number);
// Sleeps as often as told, and counts that in the Context.
workflow<std::int64_t> sleeps(context& ctx, std::chrono::hours each, std::int64_t times);
// Waits for a word and returns it.
workflow<std::string> listens(context& ctx);
// Fails with what it hears, or is cancelled on the way.
workflow<void> fails(context& ctx);
// Throws what no workflow may throw.
workflow<void> breaks(context& ctx);
// Sends a word to another run, then waits for one.
workflow<std::string> asks(context& ctx, std::string whom);
// Calls `twice` for ever.
workflow<void> loops(context& ctx);
// Returns each word to the run that it names, for ever.
workflow<void> echoes(context& ctx, std::string whom);
// Waits for what it holds itself.
workflow<void> locks_itself_out(context& ctx);
// A day's bill a day, as often as told, in iterations of a loop.
workflow<std::int64_t> bills(context& ctx, std::int64_t days);
// What chance gives it: a name and a number.
workflow<std::string> draws(context& ctx);

}  // namespace theus::testing
