// expect: theus: say what becomes of the child: theus::parent_close::abandon, cancel or terminate
#include <theus/workflows.hpp>

constexpr theus::child_workflow<int()> other{"other"};

theus::workflow<int> run(theus::context& ctx) {
  co_return co_await ctx.child(other).on_parent_close("terminate");
}
