#pragma once

#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

// What the runtime's victims run (shop.cpp): the n-th order doubles n, sleeps, adds one.
namespace theus::faults {

constexpr activity<std::int64_t(std::int64_t)> twice{"twice"};
constexpr activity<std::int64_t(std::int64_t)> plus_one{"plus_one"};

constexpr activity<std::int64_t(std::int64_t)> linger{"linger"};

workflow<std::int64_t> order(context& ctx, std::int64_t n, std::string bulk);
// Sleeps that many milliseconds, then adds one.
workflow<std::int64_t> sleeper(context& ctx, std::int64_t ms);
// Calls an activity that takes a while, with a timeout of ten seconds and one attempt.
workflow<std::int64_t> patient(context& ctx, std::int64_t n);

}  // namespace theus::faults
