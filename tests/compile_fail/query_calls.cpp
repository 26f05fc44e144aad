// expect: theus: a query answers at once, from what the run did so far: it calls nothing and awaits
// nothing
#include <theus/application.hpp>

constexpr theus::activity<int()> measure{"measure"};
constexpr theus::query<int()> count{"count"};

void set_up(theus::application& app) {
  app.bind("counts", count, [](theus::view run) {
    (void)run.call(measure);
    return 1;
  });
}
