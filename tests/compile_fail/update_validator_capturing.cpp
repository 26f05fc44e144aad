// expect: theus: what validates an update is a function or a lambda that captures nothing: all it
// knows are the run and the arguments
#include <theus/application.hpp>

constexpr theus::update<int(int)> add{"add"};

theus::workflow<int> do_add(theus::context&, int number) { co_return number; }

void set_up(theus::application& app, int most) {
  app.bind("counts", add, do_add, [most](theus::view, int number) {
    if (number > most) throw theus::failure("too many");
  });
}
