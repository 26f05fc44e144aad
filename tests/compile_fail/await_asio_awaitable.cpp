// expect: theus: only theus operations and workflows can be awaited in a workflow; put other IO
// into an activity
#include <boost/asio/awaitable.hpp>

#include <theus/workflows.hpp>

boost::asio::awaitable<int> read();

theus::workflow<int> run(theus::context&) { co_return co_await read(); }
