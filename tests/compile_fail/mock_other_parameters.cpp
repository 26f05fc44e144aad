// expect: theus: a mock is called with the parameters of its activity
#include <string>

#include <theus/testing.hpp>
#include <theus/workflows.hpp>

constexpr theus::activity<int(int)> book{"book"};

void set_up(theus::testing::environment& env) {
  env.mock(book, [](std::string) { return 1; });
}
