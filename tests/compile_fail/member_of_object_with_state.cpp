// expect: theus: a workflow cannot be a capturing lambda or a member of an object with state; pass
// what it needs as arguments
#include <theus/workflows.hpp>

struct shop {
  int opened = 0;
  theus::workflow<int> open(theus::context&) { co_return ++opened; }
};
