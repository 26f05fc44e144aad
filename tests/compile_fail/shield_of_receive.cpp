// expect: theus: shield() takes a workflow, a phase, a call, a child or a sleep by value; move
// what has a name into it
#include <theus/workflows.hpp>

constexpr theus::signal<bool> approved{"approved"};

theus::workflow<bool> run(theus::context& ctx) {
  co_return co_await theus::shield(ctx.receive(approved));
}
