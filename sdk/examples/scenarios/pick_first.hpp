#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <theus/workflows.hpp>

// Several are asked, and who answers first is taken.
namespace pick_first {

struct quote {
  std::string supplier;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(quote, (), (supplier, cents))

constexpr theus::activity<quote(std::string supplier, std::string goods)> ask{"ask_supplier"};
constexpr theus::activity<std::string(quote)> order{"order_goods"};

// The order's number. Throws theus::failure "no_quote" when nobody answers within an hour.
theus::workflow<std::string> buy(theus::context& ctx, std::string goods,
                                 std::vector<std::string> suppliers);

}  // namespace pick_first
