// expect: theus: tasks, permits, semaphores, mutexes, channels, promises and sagas cannot be
// recorded: they do not cross the border of a phase, a loop or a run
#include <theus/workflows.hpp>

theus::workflow<void> works(theus::context&, theus::promise<int> answer) { co_await answer; }

theus::workflow<void> run(theus::context& ctx) {
  const auto answer = ctx.promise<int>();
  co_await ctx.phase("works", works, answer);
}
