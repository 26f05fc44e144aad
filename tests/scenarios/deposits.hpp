#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scenarios/rehearse.hpp"
#include "scenarios/workflow_lock.hpp"

// A bank whose accounts know only how to be read and written.
namespace scenarios {

struct bank {
  std::map<std::string, std::int64_t> cents;
  // Refuses tickets older than one it has seen; without, only the lock keeps order.
  bool refuses_stale_tickets = true;

  void open_in(environment& env) {
    env.mock(workflow_lock::balance, [this](std::string account, std::int64_t ticket) {
      serve(ticket);
      return cents[account];
    });
    env.mock(workflow_lock::set_balance, [this](theus::attempt& a, workflow_lock::change to) {
      if (written.holds(a)) return;
      serve(to.ticket);
      written.is_first(a);
      cents[to.account] = to.cents;
    });
  }

 private:
  void serve(std::int64_t ticket) {
    if (refuses_stale_tickets && ticket < latest) {
      throw theus::failure("stale_ticket", "the lease has run out").non_retryable();
    }
    latest = ticket;
  }

  effects written;
  std::int64_t latest = 0;
};

using deposit_workflow = decltype(&workflow_lock::deposit);

// Three deposits into one account at once. What completed is there, and nothing else.
inline ending_scenario three_deposits(deposit_workflow what, bool refuses_stale_tickets = true) {
  return [=](environment& env) -> std::string {
    bank at;
    at.refuses_stale_tickets = refuses_stale_tickets;
    at.open_in(env);
    auto lock = env.start(workflow_lock::keep_lock, "lock");
    const auto start = [&](const char* id, std::int64_t cents) {
      return env.start(what, id, "lock", "joint", cents);
    };
    const std::vector deposits{start("a", 1), start("b", 10), start("c", 100)};
    std::int64_t due = 0;
    std::int64_t cents = 1;
    for (const auto& each : deposits) {
      if (each.outcome().status == theus::journal::run_status::completed) due += cents;
      cents *= 10;
    }
    env.require(at.cents["joint"] == due, "every deposit that completed is in the account");
    lock.signal(workflow_lock::closed, true);
    env.require(lock.result() == 3, "everybody is let in once");
    return due == 111 ? "all" : "some were refused";
  };
}

}  // namespace scenarios
