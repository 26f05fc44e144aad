// Case 3: a conditional operator that yields a class prvalue, beside a co_await.
#include "probe.hpp"

namespace probe {
namespace {

operation call(tracked id) { return operation(id.value()); }

task pay(bool first) {
  int result = co_await call(first ? tracked(7) : tracked(8));
  co_return result;
}

}  // namespace

bool conditional_prvalue() {
  int sum = pay(true).finish() + pay(false).finish();
  return sum == 15 && tracked::all_destroyed_once();
}

}  // namespace probe
