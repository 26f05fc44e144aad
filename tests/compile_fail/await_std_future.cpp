// expect: theus: only theus operations and workflows can be awaited in a workflow; put other IO
// into an activity
#include <future>

#include <theus/workflows.hpp>

theus::workflow<int> run(theus::context&) {
  co_return co_await std::async([] { return 1; });
}
