// Case 2: a lambda that captures a non-trivial object by copy, created beside a co_await.
#include "probe.hpp"

namespace probe {
namespace {

template <class Function>
operation call(Function function) {
  return operation(function());
}

task pay() {
  tracked id(7);
  int result = co_await call([id] { return id.value() + 5; });
  co_return result;
}

}  // namespace

bool capturing_lambda() {
  int result = pay().finish();
  return result == 12 && tracked::all_destroyed_once();
}

}  // namespace probe
