// expect: theus: a function that returns next<…> is an iteration; run it with ctx.loop
#include <theus/application.hpp>
#include <theus/workflows.hpp>

theus::workflow<theus::next<int>> once(theus::context&, int) { co_return theus::stop; }

void set_up(theus::application& app) { app.add("once", once); }
