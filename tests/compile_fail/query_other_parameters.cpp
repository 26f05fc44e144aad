// expect: theus: what answers a query is called with a theus::view and the parameters of the query
#include <string>

#include <theus/application.hpp>

constexpr theus::query<int(std::string)> count{"count"};

void set_up(theus::application& app) {
  app.bind("counts", count, [](theus::view, int) { return 1; });
}
