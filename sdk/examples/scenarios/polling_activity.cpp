#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "polling.hpp"

namespace polling {

// [docs:watch_closely]
boost::asio::awaitable<std::string> watch_closely(
    theus::attempt& a, std::string job,
    std::function<std::optional<std::string>(const std::string&)> ask,
    std::chrono::milliseconds pause) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  while (!a.stop().stop_requested()) {
    if (const auto found = ask(job)) co_return *found;
    timer.expires_after(pause);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  throw theus::failure("stopped", "nobody waits for " + job + " any more");
}
// [docs:end]

}  // namespace polling
