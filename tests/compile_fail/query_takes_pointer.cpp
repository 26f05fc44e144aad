// expect: theus: a pointer cannot be recorded
#include <theus/workflows.hpp>

constexpr theus::query<int(const int*)> count{"count"};
