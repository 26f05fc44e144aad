#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <theus/workflows.hpp>

// Signals that come in any order, and are handled in the one that is wanted.
namespace in_order {

// Each kind of message has a signal of its own.
constexpr theus::signal<std::string> offered{"offered"};
constexpr theus::signal<std::string> accepted{"accepted"};
constexpr theus::signal<std::string> paid{"paid"};
constexpr theus::activity<void(std::string)> file{"file"};

// True when all three are filed, the last two within thirty days of the offer.
theus::workflow<bool> close_deal(theus::context& ctx);

// Messages of one kind, numbered by who sends them; some come twice.
struct page {
  std::int64_t number = 0;  // from 1
  std::string text;
};
BOOST_DESCRIBE_STRUCT(page, (), (number, text))
constexpr theus::signal<page> scanned{"scanned"};

theus::workflow<std::int64_t> file_pages(theus::context& ctx, std::int64_t count);

}  // namespace in_order
