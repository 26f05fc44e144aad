// Case 4: co_await as the condition of a statement that returns, in a body without locals.
#include "probe.hpp"

namespace probe {
namespace {

operation approved(int answer) { return operation(answer); }

task with_if() {
  if (co_await approved(1)) co_return 7;
  co_return 8;
}

task with_while() {
  while (co_await approved(1)) co_return 70;
  co_return 80;
}

task with_switch() {
  switch (co_await approved(1)) {
    case 1:
      co_return 700;
    default:
      co_return 800;
  }
}

}  // namespace

bool await_as_condition() {
  return with_if().finish() + with_while().finish() + with_switch().finish() == 777;
}

}  // namespace probe
