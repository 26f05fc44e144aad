#pragma once

#include <set>
#include <string>

#include "scenarios/order_tracking.hpp"
#include "scenarios/rehearse.hpp"

// What is outside of an order: a shop, a bank and a carrier.
namespace scenarios {

inline order_tracking::order an_order() {
  order_tracking::order o;
  o.id = "order-1";
  o.cents = 4200;
  o.route = {"Hub", "Home"};
  return o;
}

struct parcels {
  std::set<std::string> reserved, charged, shipped;

  void open_in(environment& env) {
    using namespace order_tracking;
    env.mock(reserve, [this](std::string id) { reserved.insert(id); });
    env.mock(charge, [this](order o) { charged.insert(o.id); });
    env.mock(ship, [this, &env](order o) {
      env.require(charged.contains(o.id), "what is shipped is paid");
      shipped.insert(o.id);
      return "parcel of " + o.id;
    });
    env.mock(call_back, [this](std::string id) { shipped.erase(id); });
    env.mock(refund, [this, &env](std::string id) {
      env.require(!shipped.contains(id), "a parcel is called back before it is refunded");
      charged.erase(id);
    });
    env.mock(release, [this, &env](std::string id) {
      env.require(!charged.contains(id), "an order is refunded before its goods are released");
      reserved.erase(id);
    });
  }
  bool is_untouched() const { return reserved.empty() && charged.empty() && shipped.empty(); }
};

using order_workflow = decltype(&order_tracking::fulfil);

// The carrier's news come in any order, and the customer may change their mind: it is delivered, or
// nothing of it stays.
inline ending_scenario a_delivery(order_workflow what) {
  return [what](environment& env) -> std::string {
    parcels at;
    at.open_in(env);
    auto run = env.start(what, "order-1", an_order());
    const auto arrives = [&](const char* stop) { run.signal(order_tracking::arrived_at, stop); };
    env.in_any_order({[&] { arrives("Hub"); }, [&] { arrives("Hub"); }, [&] { arrives("Home"); }});
    run.cancel();
    const bool is_delivered = run.outcome().status == theus::journal::run_status::completed;
    env.run_until_idle();
    env.require(is_delivered || at.is_untouched(), "what is not delivered leaves nothing behind");
    env.require(!is_delivered || at.shipped.size() == 1, "what is delivered was shipped");
    return is_delivered ? "delivered" : "undone";
  };
}

}  // namespace scenarios
