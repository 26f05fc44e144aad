// expect: theus: all_settled() takes operations and workflows by value, or one vector of them; move
// what has a name into it
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  (void)ctx;
  co_await theus::all_settled(1, 2);
}
