// expect: theus: a query only looks at the Context; what changes it is the workflow: send it a
// signal
#include <theus/application.hpp>

constexpr theus::query<int()> count{"count"};

void set_up(theus::application& app) {
  app.bind("counts", count, [](theus::view run) {
    run["asked"] = true;
    return run["count"].as<int>();
  });
}
