// expect: theus: a workflow's first parameter is theus::context&
#include <theus/workflows.hpp>

theus::workflow<int> answer(const theus::context&) { co_return 42; }
