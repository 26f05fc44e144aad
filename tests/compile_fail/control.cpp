#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <theus/application.hpp>
#include <theus/workflows.hpp>

struct order {
  std::string id;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, cents))

constexpr theus::activity<std::string(order)> charge{"charge"};
constexpr theus::activity<void(std::string)> refund{"refund"};
constexpr theus::signal<bool> approved{"approved"};

theus::workflow<int> twice(theus::context& ctx, int number) {
  co_await ctx.sleep(std::chrono::seconds(1));
  co_return 2 * number;
}

// Every form that the cases refuse, in the way it is meant.
theus::workflow<std::string> control(theus::context& ctx, order what) {
  std::string paid = co_await ctx.call(charge, what).retry({.attempts = 5});
  std::optional<bool> yes = co_await ctx.receive(approved).within(std::chrono::hours(72));
  if (!yes.value_or(false)) {
    co_await ctx.call(refund, paid);
    throw theus::failure("not approved");
  }
  auto pause = ctx.sleep_until(ctx.now() + std::chrono::hours(1));
  auto [done, four] = co_await theus::all(std::move(pause), twice(ctx, 2));
  (void)done;
  auto first = co_await theus::any(ctx.sleep(std::chrono::seconds(four)), ctx.receive(approved));
  if (first.index() == 1) co_await ctx.send("other", approved, std::get<1>(first));
  std::vector<theus::workflow<int>> several;
  several.push_back(twice(ctx, 3));
  std::vector<int> numbers = co_await theus::all(std::move(several));
  auto outcome = co_await theus::outcome_of(ctx.call(refund, paid));
  if (!outcome) co_await theus::shield(ctx.sleep(std::chrono::seconds(numbers.front())));
  co_return paid;
}

struct stateless {
  theus::workflow<int> one(theus::context&) { co_return 1; }
};

constexpr theus::query<int(std::string)> length_of{"length_of"};
constexpr theus::query<std::string()> first_of{"first_of"};

std::string first(theus::view run) { return run["words"][0].as<std::string>(); }

void set_up(theus::application& app) {
  app.bind("control", first_of, first);
  app.bind("control", length_of, [](const theus::view& run, const std::string& word) {
    return run.at("/lengths")[word].value_or(0);
  });
  app.add("control", control);
  app.add("lambda", [](theus::context& ctx) -> theus::workflow<int> { return twice(ctx, 1); });
  app.add("lambda coroutine", [](theus::context&) -> theus::workflow<int> { co_return 1; });
  app.bind(charge, [](theus::attempt&, order) { return std::string("p"); });
  app.bind(refund, [](const std::string&) -> boost::asio::awaitable<void> { co_return; });
}
