// expect: theus: tasks, permits, semaphores, mutexes, channels, promises and sagas cannot be
// recorded: they do not cross the border of a phase, a loop or a run; share them with workflows
// that are spawned or awaited
#include <theus/workflows.hpp>

theus::workflow<void> works(theus::context&, theus::mutex accounts) {
  theus::permit lock = co_await accounts.lock();
}

theus::workflow<void> run(theus::context& ctx) {
  theus::mutex accounts;
  co_await ctx.phase("works", works, accounts);
}
