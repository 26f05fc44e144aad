// expect: theus: what this function returns is not the answer to the query it is bound to
#include <string>

#include <theus/application.hpp>

constexpr theus::query<int()> count{"count"};

void set_up(theus::application& app) {
  app.bind("counts", count, [](theus::view) { return std::string("many"); });
}
