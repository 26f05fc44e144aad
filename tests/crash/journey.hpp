#pragma once

#include <cstdint>
#include <string>

#include <boost/describe.hpp>

#include <theus/theus.hpp>

// What the crash tests run: journeys, numbered from 0, that go in pairs. A journey calls activities
// of both kinds, one after another and at once, sleeps, retries, handles a failure, gets a signal
// and gives up waiting for another. The odd one of a pair gets its gift from the client and sends
// one on to the even one. What it comes to depends on its number alone.
namespace crash {

constexpr theus::activity<std::int64_t(std::int64_t, std::int64_t)> add{"add"};
constexpr theus::activity<std::int64_t(std::int64_t, std::int64_t)> multiply{"multiply"};
constexpr theus::activity<std::int64_t(std::int64_t)> stumble{"stumble"};
constexpr theus::activity<std::int64_t(std::int64_t)> refuse_odd{"refuse_odd"};

constexpr theus::signal<std::int64_t> gift{"gift"};
constexpr theus::signal<bool> silence{"silence"};  // nobody ever sends it

std::string journey_id(std::int64_t number);
// What the client sends to the odd journey `number`.
std::int64_t gift_for(std::int64_t number);

theus::workflow<std::int64_t> journey(theus::context& ctx, std::int64_t number);

// The same by plain arithmetic.
std::int64_t expected_result(std::int64_t number);

// effects.log: what the activities did, once for each idempotency key.
struct effect {
  std::int64_t sequence = 0;
  std::string key;
  std::string activity;
  std::int64_t value = 0;
};
BOOST_DESCRIBE_STRUCT(effect, (), (sequence, key, activity, value))

// acknowledged.log
struct acknowledgement {
  std::string what;  // "start", "gift" or "result" of a journey, or "book"
  std::int64_t number = 0;
  std::string detail;  // the run id, the signal's request id, the result
};
BOOST_DESCRIBE_STRUCT(acknowledgement, (), (what, number, detail))

}  // namespace crash
