#pragma once

#include <cstdint>
#include <string>

#include "scenarios/expense_approval.hpp"
#include "scenarios/order_tracking.hpp"
#include "scenarios/updatable_timer.hpp"
#include "scenarios/workflow_lock.hpp"

// Copies of scenarios, each with one bug of concurrency, right as long as things come in the usual
// order. Where the scenario itself does not do the same thing, its right form is beside it.
namespace scenarios::wrong {

// A lost update: reads the balance before it has the lock, to be quicker.
theus::workflow<void> deposit(theus::context& ctx, std::string lock, std::string account,
                              std::int64_t cents);

// A signal missed between checks: what comes while it rings is accepted, and not looked at.
constexpr theus::activity<void()> ring{"ring"};
theus::workflow<theus::time_point> wake_and_ring(theus::context& ctx, theus::time_point deadline);

// The order of compensations: all at once.
theus::workflow<std::string> undoes_at_once(theus::context& ctx, order_tracking::order o);

// A double reply: both approvers are asked at once, and the second one to agree comes while the
// expense is paid.
theus::workflow<expense::ending> asks_all(theus::context& ctx, expense::report r);

// A forgotten cancellation: failures are compensated, and nothing else.
theus::workflow<std::string> compensates_failures(theus::context& ctx, order_tracking::order o);

}  // namespace scenarios::wrong

namespace scenarios::right {

theus::workflow<theus::time_point> wake_and_ring(theus::context& ctx, theus::time_point deadline);
theus::workflow<expense::ending> asks_all(theus::context& ctx, expense::report r);

}  // namespace scenarios::right
