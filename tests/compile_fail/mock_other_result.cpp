// expect: theus: what this mock returns is not the result of its activity
#include <string>

#include <theus/testing.hpp>
#include <theus/workflows.hpp>

constexpr theus::activity<int(int)> book{"book"};

void set_up(theus::testing::environment& env) {
  env.mock(book, [](int) { return std::string("booked"); });
}
