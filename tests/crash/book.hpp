#pragma once

#include <cstdint>
#include <string>

#include <boost/describe.hpp>

#include <theus/theus.hpp>

// Beside the journeys books are kept, numbered from 0: each a loop whose rounds post to two
// accounts in two phases at once, so that kills come upon checkpoints and the collection of their
// nodes. What a book comes to depends on its number and its rounds alone.
namespace crash {

constexpr std::int64_t journeys_per_book = 200;
constexpr std::int64_t accounts = 7;

std::string book_id(std::int64_t number);
// How many there are, and of how many rounds, for so many journeys.
std::int64_t books_for(std::int64_t journeys);
std::int64_t rounds_for(std::int64_t journeys);

theus::workflow<std::int64_t> keep_book(theus::context& ctx, std::int64_t number,
                                        std::int64_t rounds);

// The same by plain arithmetic: its result, and the balance of an account.
std::int64_t expected_book(std::int64_t number, std::int64_t rounds);
std::int64_t expected_balance(const std::string& side, std::int64_t account, std::int64_t number,
                              std::int64_t rounds);

}  // namespace crash
