// expect: theus: only theus operations and workflows can be awaited in a workflow; put other IO
// into an activity
#include <coroutine>

#include <theus/workflows.hpp>

struct future {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};

theus::workflow<int> run(theus::context&) { co_return co_await future(); }
