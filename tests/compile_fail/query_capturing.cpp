// expect: theus: what answers a query is a function or a lambda that captures nothing: all it knows
// are the run and its arguments
#include <theus/application.hpp>

constexpr theus::query<int()> count{"count"};

void set_up(theus::application& app, int known) {
  app.bind("counts", count, [known](theus::view) { return known; });
}
