// expect: theus: this function does not take and give what the child workflow it is added as says
#include <theus/application.hpp>
#include <theus/workflows.hpp>

constexpr theus::child_workflow<int(int)> twice{"twice"};

theus::workflow<double> twice_in_real(theus::context&, int number) { co_return 2.0 * number; }

void set_up(theus::application& app) { app.add(twice, twice_in_real); }
