// expect: theus: a workflow cannot be a capturing lambda; pass what it needs as arguments
#include <theus/application.hpp>
#include <theus/workflows.hpp>

theus::workflow<int> twice(theus::context&, int number) { co_return 2 * number; }

void set_up(theus::application& app, int number) {
  app.add("twice", [number](theus::context& ctx) { return twice(ctx, number); });
}
