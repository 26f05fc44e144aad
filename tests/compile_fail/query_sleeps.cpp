// expect: theus: a query answers at once, from what the run did so far: it calls nothing and awaits
// nothing
#include <chrono>

#include <theus/application.hpp>

constexpr theus::query<int()> count{"count"};

void set_up(theus::application& app) {
  app.bind("counts", count, [](theus::view run) {
    (void)run.sleep(std::chrono::seconds(1));
    return 1;
  });
}
