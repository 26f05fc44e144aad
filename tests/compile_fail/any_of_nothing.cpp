// expect: theus: any() takes operations and workflows by value, or one vector of them; move what
// has a name into it
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context&) { co_await theus::any(); }
