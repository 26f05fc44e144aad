// expect: theus: these are not the arguments that this update takes
#include <string>

#include <theus/runtime.hpp>

constexpr theus::update<int(int)> add{"add"};

int ask(theus::runtime& asked) { return asked.update("order-1", add, std::string("one")); }
