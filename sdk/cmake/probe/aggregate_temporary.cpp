// Case 1: an aggregate with non-trivial members, created beside a co_await.
#include "probe.hpp"

namespace probe {
namespace {

struct order {
  tracked id;
  int cents;
};

operation by_value(order o) { return operation(o.id.value() + o.cents); }
operation by_reference(const order& o) { return operation(o.id.value() + o.cents); }

task pay() {
  int first = co_await by_value(order{tracked(7), 5});
  int second = co_await by_reference({.id = tracked(70), .cents = 50});
  co_return first + second;
}

}  // namespace

bool aggregate_temporary() {
  int result = pay().finish();
  return result == 132 && tracked::all_destroyed_once();
}

}  // namespace probe
