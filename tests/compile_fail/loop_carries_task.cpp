// expect: theus: tasks, permits, semaphores, mutexes, channels, promises and sagas cannot be
// recorded: they do not cross the border of a phase, a loop or a run; share them with workflows
// that are spawned or awaited
#include <theus/workflows.hpp>

struct state {
  theus::task<void> beside;
};
BOOST_DESCRIBE_STRUCT(state, (), (beside))

theus::workflow<theus::next<state>> round(theus::context&, state) { co_return theus::stop; }

theus::workflow<void> run(theus::context& ctx) {
  state first;
  co_await ctx.loop("rounds", round, std::move(first));
}
