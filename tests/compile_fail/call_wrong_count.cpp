// expect: theus: these arguments do not fit the parameters of the activity
#include <theus/workflows.hpp>

constexpr theus::activity<void(int)> book{"book"};

theus::workflow<void> run(theus::context& ctx) { co_await ctx.call(book, 1, 2); }
