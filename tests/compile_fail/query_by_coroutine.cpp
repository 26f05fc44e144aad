// expect: theus: what answers a query is no coroutine: it answers at once and awaits nothing
#include <boost/asio/awaitable.hpp>

#include <theus/application.hpp>

constexpr theus::query<int()> count{"count"};

boost::asio::awaitable<int> count_of(theus::view) { co_return 1; }

void set_up(theus::application& app) { app.bind("counts", count, count_of); }
