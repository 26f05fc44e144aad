#include "crash/book.hpp"

#include "crash/journey.hpp"

namespace crash {
namespace {

using std::int64_t;

struct posting {
  int64_t book = 0;
  int64_t round = 0;
  int64_t rounds = 0;
};
BOOST_DESCRIBE_STRUCT(posting, (), (book, round, rounds))

int64_t cents(int64_t book, int64_t round) { return 100 * (book % 5 + 1) + round; }
int64_t account_of(const std::string& side, int64_t round) {
  return (side == "debit" ? round : 3 * round + 1) % accounts;
}
std::string account_name(int64_t account) { return "account-" + std::to_string(account); }

theus::workflow<int64_t> post(theus::context& ctx, std::string side, posting p) {
  const auto place = ctx[side][account_name(account_of(side, p.round))];
  const int64_t before = place.value_or<int64_t>(0);
  const int64_t after = co_await ctx.call(add, before, cents(p.book, p.round));
  place = after;
  ctx[side]["note"] = side + std::string(200, static_cast<char>('a' + p.round % 26));
  co_return after - before;
}

theus::workflow<theus::next<posting>> post_both(theus::context& ctx, posting p) {
  auto debit = ctx.phase("debit", post, "debit", p).writes("debit");
  auto credit = ctx.phase("credit", post, "credit", p).reads("credit").writes("credit");
  auto [taken, given] = co_await theus::all(std::move(debit), std::move(credit));
  ctx["turnover"] = ctx["turnover"].value_or<int64_t>(0) + taken + given;
  p.round += 1;
  if (p.round == p.rounds) co_return theus::stop;
  co_return theus::again(p);
}

}  // namespace

std::string book_id(int64_t number) { return "book-" + std::to_string(number); }

int64_t books_for(int64_t journeys) { return 1 + journeys / journeys_per_book; }

int64_t rounds_for(int64_t journeys) { return journeys < journeys_per_book ? 4 : 40; }

theus::workflow<int64_t> keep_book(theus::context& ctx, int64_t number, int64_t rounds) {
  posting first;
  first.book = number;
  first.rounds = rounds;
  auto posting_all = ctx.loop("posting", post_both, first);
  co_await std::move(posting_all);
  co_return ctx["turnover"].as<int64_t>();
}

int64_t expected_book(int64_t number, int64_t rounds) {
  int64_t sum = 0;
  for (int64_t round = 0; round < rounds; ++round) sum += 2 * cents(number, round);
  return sum;
}

int64_t expected_balance(const std::string& side, int64_t account, int64_t number, int64_t rounds) {
  int64_t sum = 0;
  for (int64_t round = 0; round < rounds; ++round) {
    if (account_of(side, round) == account) sum += cents(number, round);
  }
  return sum;
}

}  // namespace crash
