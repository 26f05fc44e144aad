// expect: theus: a query only looks at the Context; what changes it is the workflow: send it a
// signal
#include <theus/application.hpp>

constexpr theus::query<bool()> forget{"forget"};

void set_up(theus::application& app) {
  app.bind("counts", forget, [](theus::view run) { return run["count"].erase(); });
}
