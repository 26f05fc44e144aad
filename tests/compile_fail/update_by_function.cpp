// expect: theus: what an update is bound to is a workflow function, or a lambda that captures
// nothing: theus::workflow<R> f(theus::context&, Args...), with the result and the parameters of
// the update
#include <theus/application.hpp>

constexpr theus::update<int(int)> add{"add"};

void set_up(theus::application& app) {
  app.bind("counts", add, [](theus::context&, int number) { return number; });
}
