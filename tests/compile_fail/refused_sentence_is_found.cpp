// expect: the harness finds this sentence
#include <theus/journal/ids.hpp>

static_assert(sizeof(int) == 0, "the harness finds this sentence");
