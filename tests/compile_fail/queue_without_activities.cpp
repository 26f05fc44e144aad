// expect: theus: a queue without activities does nothing
#include <theus/application.hpp>

void f(theus::application& app) { app.queue("payments", {.at_once = 4}); }
