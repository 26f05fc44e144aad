// expect: overload resolution selected deleted operator '='
#include <theus/application.hpp>

constexpr theus::query<int()> count{"count"};

void set_up(theus::application& app) {
  app.bind("counts", count, [](theus::view run) {
    run["before"] = run["count"];
    return 1;
  });
}
