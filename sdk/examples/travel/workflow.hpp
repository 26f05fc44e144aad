#pragma once

// A travel agency: what the workflows and the activities both know.
#include <cstdint>
#include <string>
#include <vector>

#include <theus/workflows.hpp>

struct trip {
  std::string traveller;
  std::vector<std::string> cities;  // a hotel in each, in this order
};
BOOST_DESCRIBE_STRUCT(trip, (), (traveller, cities))

struct offer {
  std::string hotel;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(offer, (), (hotel, cents))

constexpr theus::activity<std::string(std::string)> book_flight{"book_flight"};
constexpr theus::activity<void(std::string)> cancel_flight{"cancel_flight"};
constexpr theus::activity<std::string(std::string)> book_hotel{"book_hotel"};
constexpr theus::activity<void(std::string)> cancel_hotel{"cancel_hotel"};
constexpr theus::activity<offer(std::string)> ask_for_price{"ask_for_price"};
constexpr theus::activity<void(std::string)> send_mail{"send_mail"};
constexpr theus::signal<std::string> passport_arrived{"passport_arrived"};
constexpr theus::signal<std::int64_t> paid_in{"paid_in"};

// The flight and the hotels, or nothing.
theus::workflow<std::vector<std::string>> book(theus::context& ctx, trip t);
// Of those that answered, in the order of the names.
theus::workflow<std::vector<offer>> compare_hotels(theus::context& ctx,
                                                   std::vector<std::string> hotels);
// Reminds while it waits; the number of reminders.
theus::workflow<std::int64_t> wait_for_passports(theus::context& ctx, std::int64_t travellers);
// True when the instalments have added up in time.
theus::workflow<bool> collect(theus::context& ctx, std::int64_t cents);
// At most two at once ask the same provider.
theus::workflow<std::int64_t> cheapest(theus::context& ctx, std::vector<std::string> hotels);
// What is found is written to while more is looked for; how many mails.
theus::workflow<std::int64_t> mail_offers(theus::context& ctx, std::vector<std::string> hotels);
