// expect: theus: any() takes operations and workflows by value, or one vector of them; move what
// has a name into it
#include <coroutine>

#include <theus/workflows.hpp>

struct future {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};

theus::workflow<void> run(theus::context& ctx) {
  co_await theus::any(ctx.sleep(std::chrono::seconds(1)), future());
}
