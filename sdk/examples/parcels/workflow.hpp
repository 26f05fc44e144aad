#pragma once

// An order is shipped in parcels, each of which is a run of its own.
#include <cstdint>
#include <string>
#include <vector>

#include <theus/workflows.hpp>

struct parcel {
  std::string id;
  std::string address;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (id, address))

struct order {
  std::string id;
  std::vector<parcel> parcels;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, parcels))

constexpr theus::activity<void(parcel)> hand_to_courier{"hand_to_courier"};
constexpr theus::activity<void(std::string)> call_back{"call_back"};
constexpr theus::activity<void(std::string)> refund{"refund"};
constexpr theus::signal<std::string> delivered{"delivered"};
constexpr theus::signal<std::string> lost{"lost"};

// [docs:declare]
constexpr theus::child_workflow<std::string(parcel)> deliver{"deliver"};
// [docs:end]
constexpr theus::child_workflow<void(parcel)> insure{"insure"};

// Who signed for it; fails with "lost". Called back when it is cancelled.
theus::workflow<std::string> deliver_parcel(theus::context& ctx, parcel p);
// Who signed for each.
theus::workflow<std::vector<std::string>> ship(theus::context& ctx, order o);
// Who signed for the first, or "refunded".
theus::workflow<std::string> ship_or_refund(theus::context& ctx, order o);
// Two couriers race; who signed first, or "nobody" after three days.
theus::workflow<std::string> ship_express(theus::context& ctx, parcel one, parcel other);
// Insured as long as it is on its way.
theus::workflow<void> send_insured(theus::context& ctx, parcel p);
// For a year.
theus::workflow<void> insure_parcel(theus::context& ctx, parcel p);
// Sends it and ends.
theus::workflow<void> send_gift(theus::context& ctx, parcel p);
