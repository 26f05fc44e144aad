// What docs/traps.md says to write instead of each trap.
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include <theus/workflows.hpp>

namespace honest {
namespace in_mended_traps {

struct parcel {
  std::string name;
  std::int64_t grams = 0;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (name, grams))

constexpr theus::activity<void(std::string)> ship{"ship"};
constexpr theus::activity<std::int64_t(parcel)> weigh{"weigh"};
constexpr theus::activity<bool()> ready{"ready"};
constexpr theus::activity<std::string()> reason{"reason"};

// [docs:argument_order]
theus::workflow<void> ships_two(theus::context& ctx) {
  const std::string first = ctx.uuid().to_string();
  const std::string second = ctx.uuid().to_string();
  co_await theus::all(ctx.call(ship, first), ctx.call(ship, second));
}
// [docs:end]

// [docs:iteration]
std::int64_t digest_of(const std::map<std::string, std::int64_t>& prices) {
  std::int64_t digest = 0;
  for (const auto& [name, cents] : prices) digest = digest * 31 + cents;
  return digest;
}
// [docs:end]

// [docs:pointer_order]
std::int64_t cheapest(const std::map<std::string, std::int64_t>& by_name) {
  return by_name.begin()->second;  // the key was recorded, or follows from what was
}
// [docs:end]

// [docs:uninitialised]
std::int64_t total_of(bool is_large) {
  std::int64_t total = 0;
  if (is_large) total = 5;
  return total;
}
// [docs:end]

// [docs:floating]
std::int64_t cents_of(std::int64_t cents, std::int64_t percent) {
  return cents * percent / 100;  // whole numbers: the same with any compiler and any flags
}
// [docs:end]

// [docs:locale]
std::string upper(std::string text) {
  for (char& each : text) {
    if (each >= 'a' && each <= 'z') each = static_cast<char>(each - 'a' + 'A');
  }
  return text;
}
// [docs:end]

// [docs:padding]
bool same(const parcel& a, const parcel& b) {
  return std::tie(a.name, a.grams) == std::tie(b.name, b.grams);
}
// [docs:end]

// [docs:static]
std::int64_t counts(theus::context& ctx) {
  const std::int64_t runs = ctx["runs"].value_or<std::int64_t>(0) + 1;
  ctx["runs"] = runs;
  return runs;
}
// [docs:end]

// [docs:captures]
theus::workflow<std::int64_t> twice(theus::context& ctx, std::int64_t number) {
  co_await ctx.sleep(std::chrono::seconds(1));
  co_return 2 * number;
}
// [docs:end]

// [docs:swallowed]
theus::workflow<std::int64_t> counts_failures(theus::context& ctx) {
  std::int64_t failures = 0;
  try {
    co_await ctx.call(ship, "tea");
  } catch (const theus::activity_failed&) {
    ++failures;
  }
  co_return failures;
}
// [docs:end]

// [docs:locals_first]
theus::workflow<std::int64_t> weighs(theus::context& ctx) {
  parcel sent;
  sent.name = "tea";
  const std::int64_t grams = co_await ctx.call(weigh, sent);
  const bool is_ready = co_await ctx.call(ready);
  if (!is_ready) {
    const std::string why = co_await ctx.call(reason);
    throw theus::failure(why);
  }
  sent.grams = grams;
  co_return sent.grams;
}
// [docs:end]

// [docs:aligned]
theus::workflow<std::int64_t> keeps_a_line(theus::context& ctx) {
  struct alignas(64) line {
    std::array<std::int64_t, 8> numbers{1};
  };
  const auto kept = std::make_unique<line>();
  co_await ctx.sleep(std::chrono::seconds(1));
  co_return kept->numbers[0];
}
// [docs:end]

}  // namespace in_mended_traps

theus::workflow<std::int64_t> mended_traps(theus::context& ctx) {
  using namespace in_mended_traps;
  const std::map<std::string, std::int64_t> prices{{"tea", 3}, {"cake", 4}, {"milk", 1}};
  std::int64_t all = digest_of(prices) + cheapest(prices) + total_of(true) + cents_of(250, 19);
  all += upper("tea") == "TEA" ? 1 : 0;
  parcel tea;
  tea.name = "tea";
  all += same(tea, tea) ? 1 : 0;
  all += counts(ctx);
  all += co_await twice(ctx, 21);
  all += co_await keeps_a_line(ctx);
  co_return all;
}

}  // namespace honest
