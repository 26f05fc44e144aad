// expect: theus: a query is answered with a value
#include <theus/workflows.hpp>

constexpr theus::query<void()> nothing{"nothing"};
