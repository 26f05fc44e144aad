// expect: theus: what an update is bound to is a workflow function, or a lambda that captures
// nothing: theus::workflow<R> f(theus::context&, Args...), with the result and the parameters of
// the update
#include <string>

#include <theus/application.hpp>

constexpr theus::update<int(int)> add{"add"};

theus::workflow<std::string> do_add(theus::context&, int) { co_return "1"; }

void set_up(theus::application& app) { app.bind("counts", add, do_add); }
