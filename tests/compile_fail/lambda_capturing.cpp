// expect: theus: a workflow cannot be a capturing lambda or a member of an object with state; pass
// what it needs as arguments
#include <theus/workflows.hpp>

// [docs:wrong]
void make(int number) {
  auto twice = [number](theus::context&) -> theus::workflow<int> { co_return 2 * number; };
  (void)twice;
}
// [docs:end]
