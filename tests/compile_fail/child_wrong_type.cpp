// expect: theus: these arguments do not fit the parameters of the child workflow
#include <string>

#include <theus/workflows.hpp>

constexpr theus::child_workflow<int(int)> twice{"twice"};

theus::workflow<void> run(theus::context& ctx) { co_await ctx.child(twice, std::string("seven")); }
