// expect: theus: what answers a query is no coroutine: it answers at once and awaits nothing
#include <theus/application.hpp>
#include <theus/workflows.hpp>

constexpr theus::query<int()> count{"count"};

theus::workflow<int> count_of(theus::view);

void set_up(theus::application& app) { app.bind("counts", count, count_of); }
