#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

// Runs that take turns with something that only one may use at a time. The lock is a run itself: it
// lets them in one after the other, by signals between runs.
namespace workflow_lock {

struct request {
  std::string by;              // the workflow id of who asks
  std::chrono::minutes lease;  // so long it may keep the lock
};
BOOST_DESCRIBE_STRUCT(request, (), (by, lease))

// To the lock.
constexpr theus::signal<request> requested{"requested"};
constexpr theus::signal<std::int64_t> released{"released"};  // the ticket
constexpr theus::signal<bool> closed{"closed"};
// To who asked, with a ticket; each has a greater number than those before it.
constexpr theus::signal<std::int64_t> granted{"granted"};

// Grants until it is closed; the number of grants.
theus::workflow<std::int64_t> keep_lock(theus::context& ctx);

// What is locked. Whoever it serves shows a ticket; it refuses all that are older than one it has
// seen (theus::failure "stale_ticket"): their lease has run out, and somebody else is in.
struct change {
  std::string account;
  std::int64_t cents = 0;
  std::int64_t ticket = 0;
};
BOOST_DESCRIBE_STRUCT(change, (), (account, cents, ticket))
constexpr theus::activity<std::int64_t(std::string account, std::int64_t ticket)> balance{
    "balance"};
constexpr theus::activity<void(change)> set_balance{"set_balance"};

// Adds to an account that knows only how to be read and written, while it holds the lock.
theus::workflow<void> deposit(theus::context& ctx, std::string lock, std::string account,
                              std::int64_t cents);

}  // namespace workflow_lock
