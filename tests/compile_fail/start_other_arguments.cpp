// expect: theus: these are not the arguments that this workflow takes
#include <string>

#include <theus/testing.hpp>
#include <theus/workflows.hpp>

theus::workflow<int> trip(theus::context& ctx, int days);

void begin(theus::testing::environment& env) { env.start(trip, "trip-1", std::string("three")); }
