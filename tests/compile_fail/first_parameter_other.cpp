// expect: theus: a workflow's first parameter is theus::context&
#include <theus/workflows.hpp>

theus::workflow<int> twice(int number) { co_return 2 * number; }
