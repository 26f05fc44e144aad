// expect: theus: this value does not fit the signal
#include <string>

#include <theus/workflows.hpp>

constexpr theus::signal<int> level{"level"};

theus::workflow<void> run(theus::context& ctx) {
  co_await ctx.send("other", level, std::string("high"));
}
