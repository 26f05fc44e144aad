// expect: theus: what validates an update is called with a theus::view and the parameters of the
// update, and throws to reject it
#include <theus/application.hpp>

constexpr theus::update<int(int)> add{"add"};

theus::workflow<int> do_add(theus::context&, int number) { co_return number; }

void set_up(theus::application& app) {
  app.bind("counts", add, do_add, [](theus::view) {});
}
