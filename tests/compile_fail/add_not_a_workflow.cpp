// expect: theus: a workflow is a function theus::workflow<R> f(theus::context&, Args...)
#include <theus/application.hpp>

int twice(int number) { return 2 * number; }

void set_up(theus::application& app) { app.add("twice", twice); }
