#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include <theus/workflows.hpp>

// A batch of which a few parts are under way at any time, each a run of its own: when one ends, the
// next begins.
namespace sliding_window {

// [docs:types]
struct tally {
  std::int64_t billed = 0;
  std::int64_t failed = 0;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(tally, (), (billed, failed, cents))

constexpr theus::activity<std::int64_t(std::string customer)> make_invoice{"make_invoice"};
constexpr theus::activity<void(std::string customer, std::int64_t cents)> mail{"mail_invoice"};
constexpr theus::child_workflow<std::int64_t(std::string customer)> bill{"bill"};
constexpr theus::query<tally()> so_far{"so_far"};
// [docs:end]

// What the customer has to pay.
theus::workflow<std::int64_t> bill_one(theus::context& ctx, std::string customer);

// At most `window` customers at a time. Who cannot be billed is counted, and stops nobody.
theus::workflow<tally> bill_all(theus::context& ctx, std::vector<std::string> customers,
                                std::int64_t window);

tally tally_of(theus::view run);

}  // namespace sliding_window
