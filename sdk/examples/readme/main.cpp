// The README's workflow as a whole program: its activities print what they would do.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <theus/theus.hpp>
#include <theus/tool_main.hpp>

using namespace std::chrono_literals;

// [docs:workflow]
struct order {
  std::string id;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, cents))
struct receipt {
  std::string payment_id;
};
BOOST_DESCRIBE_STRUCT(receipt, (), (payment_id))

constexpr theus::activity<receipt(order)> charge{"charge"};
constexpr theus::activity<void(order)> ship{"ship"};
constexpr theus::activity<void(receipt)> refund{"refund"};
constexpr theus::signal<bool> approved{"approved"};

theus::workflow<receipt> checkout(theus::context& ctx, order o) {
  receipt paid = co_await ctx.call(charge, o).retry({.attempts = 5});
  std::optional<bool> ok = co_await ctx.receive(approved).within(72h);
  if (!ok.value_or(false)) {
    co_await ctx.call(refund, paid);
    throw theus::failure("not approved");
  }
  co_await theus::all(ctx.call(ship, o), ctx.sleep(1s));
  co_return paid;
}
// [docs:end]

// [docs:activities]
receipt charge_card(theus::attempt& a, const order& o) {
  std::printf("charging %lld cents for %s, key %s\n", static_cast<long long>(o.cents), o.id.c_str(),
              a.idempotency_key().c_str());
  return {"payment-of-" + o.id};
}

boost::asio::awaitable<void> book_courier(order o) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  timer.expires_after(100ms);
  co_await timer.async_wait(boost::asio::use_awaitable);
  std::printf("shipping %s\n", o.id.c_str());
}

void refund_card(const receipt& paid) { std::printf("refunding %s\n", paid.payment_id.c_str()); }
// [docs:end]

// [docs:main]
int main(int argc, char** argv) {
  theus::application app;
  app.add("checkout", checkout);
  app.bind(charge, charge_card);  // a plain function: runs on the thread pool
  app.bind(ship, book_courier);   // an asio::awaitable: runs on the event loop
  app.bind(refund, refund_card);
  return theus::tool_main(app, argc, argv);
}
// [docs:end]
