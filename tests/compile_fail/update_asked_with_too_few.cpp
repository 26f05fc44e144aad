// expect: theus: this update takes another number of arguments
#include <theus/runtime.hpp>

constexpr theus::update<int(int)> add{"add"};

int ask(theus::runtime& asked) { return asked.update("order-1", add); }
