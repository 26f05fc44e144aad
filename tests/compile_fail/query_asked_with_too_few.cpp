// expect: theus: this query takes another number of arguments
#include <string>

#include <theus/application.hpp>
#include <theus/runtime.hpp>

constexpr theus::query<int(std::string)> count{"count"};

int ask(theus::runtime& asked) { return asked.query("order-1", count); }
