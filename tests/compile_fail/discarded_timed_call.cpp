// expect: theus: an operation does nothing until it is awaited
#include <chrono>

#include <theus/workflows.hpp>

constexpr theus::activity<void(int)> book{"book"};

theus::workflow<void> run(theus::context& ctx) {
  using namespace std::chrono_literals;
  ctx.call(book, 1).heartbeat_timeout(30s).schedule_to_start(1h).schedule_to_close(24h);
  co_return;
}
