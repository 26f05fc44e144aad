// expect: theus: an operation does nothing until it is awaited
#include <theus/workflows.hpp>

constexpr theus::signal<int> ready{"ready"};

theus::workflow<void> run(theus::context& ctx) {
  ctx.receive(ready);
  co_return;
}
