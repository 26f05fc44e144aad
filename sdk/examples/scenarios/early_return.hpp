#pragma once

#include <cstdint>
#include <string>

#include <boost/describe/class.hpp>

#include <theus/workflows.hpp>

// A payment that takes days, and tells who asks for it within a moment whether it will be made.
namespace early_return {

// [docs:types]
struct payment {
  std::string to;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(payment, (), (to, cents))

constexpr theus::activity<std::string(payment)> reserve{"reserve_money"};  // gives a receipt
constexpr theus::activity<void(std::string receipt)> transfer{"transfer_money"};
constexpr theus::update<std::string()> receipt{"receipt"};
// [docs:end]

// The receipt, once the money is there; "" when nothing was paid.
theus::workflow<std::string> pay(theus::context& ctx, payment p);
// The receipt, as soon as the money is reserved.
theus::workflow<std::string> give_receipt(theus::context& ctx);

}  // namespace early_return
