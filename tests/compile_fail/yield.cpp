// expect: theus: a workflow does not co_yield; send a signal or return a result
#include <theus/workflows.hpp>

theus::workflow<void> count(theus::context&) { co_yield 1; }
