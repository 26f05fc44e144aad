// expect: theus: an operation does nothing until it is awaited
#include <theus/workflows.hpp>

constexpr theus::activity<void(int)> book{"book"};

theus::workflow<void> run(theus::context& ctx) {
  ctx.call(book, 1).retry({.attempts = 2});
  co_return;
}
