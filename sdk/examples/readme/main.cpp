// The README's workflow as a whole program: its activities print what they would do.
#include <chrono>
#include <cstdio>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <theus/theus.hpp>
#include <theus/tool_main.hpp>

#include "workflow.hpp"

using namespace std::chrono_literals;

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
