// expect: theus: what answers a query is called with a theus::view and the parameters of the query
#include <theus/application.hpp>
#include <theus/workflows.hpp>

constexpr theus::query<int()> count{"count"};

theus::workflow<int> counts(theus::context&) { co_return 1; }

void set_up(theus::application& app) { app.bind("counts", count, counts); }
