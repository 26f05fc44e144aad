// expect: theus: a workflow cannot take a view (string_view, span); take std::string or
// std::vector by value
#include <string_view>

#include <theus/workflows.hpp>

theus::workflow<void> greet(theus::context& ctx, std::string_view name) {
  co_await ctx.sleep(std::chrono::seconds(1));
}
