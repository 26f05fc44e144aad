// expect: theus: a pointer cannot be recorded
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  const auto answer = ctx.promise<int*>();
  co_await answer;
}
