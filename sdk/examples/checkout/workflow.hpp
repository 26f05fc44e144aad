#pragma once

#include <chrono>

#include <theus/workflows.hpp>

#include "types.hpp"

namespace checkout {

// [docs:activities]
constexpr theus::activity<receipt(order)> charge{"charge"};
constexpr theus::activity<void(receipt)> refund{"refund"};
constexpr theus::activity<reservation(order)> reserve{"reserve"};
constexpr theus::activity<void(reservation)> release{"release"};
constexpr theus::activity<void(order)> ask{"ask"};  // a person for approval
constexpr theus::activity<shipment(order)> ship{"ship"};

constexpr theus::signal<bool> approved{"approved"};
// [docs:end]

// Orders above this are looked at by a person, who has this long to answer. (Hours in a real shop;
// short here, so that the demonstration sees both answers and silence.)
constexpr std::int64_t approval_above_cents = 50'000;
constexpr std::chrono::seconds approval_window{3};

theus::workflow<summary> process(theus::context& ctx, order o);

}  // namespace checkout
