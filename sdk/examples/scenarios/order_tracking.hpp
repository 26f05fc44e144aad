#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <theus/workflows.hpp>

// An order that is paid, sent and followed on its way; what goes wrong on the way undoes it.
namespace order_tracking {

struct order {
  std::string id;
  std::int64_t cents = 0;
  std::vector<std::string> route;  // the last stop is the customer
};
BOOST_DESCRIBE_STRUCT(order, (), (id, cents, route))

// What undoes a step finds nothing to undo, and says nothing, when the step took no effect.
constexpr theus::activity<void(std::string order_id)> reserve{"reserve"};
constexpr theus::activity<void(std::string order_id)> release{"release"};
constexpr theus::activity<void(order)> charge{"charge"};
constexpr theus::activity<void(std::string order_id)> refund{"refund"};
constexpr theus::activity<std::string(order)> ship{"ship"};  // the parcel
constexpr theus::activity<void(std::string order_id)> call_back{"call_back"};

// From the carrier, at each stop; may come twice, or in another order than the stops.
constexpr theus::signal<std::string> arrived_at{"arrived_at"};

// The parcel, when it has arrived. When it has not in time, or is cancelled, everything is undone,
// the last step first. Throws theus::failure "lost_parcel", activity_failed, cancelled.
theus::workflow<std::string> fulfil(theus::context& ctx, order o);

}  // namespace order_tracking
