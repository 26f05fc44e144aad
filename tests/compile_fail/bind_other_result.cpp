// expect: theus: what this function returns is not the result of the activity it is bound to
#include <string>

#include <theus/application.hpp>

constexpr theus::activity<int(int)> book{"book"};

void set_up(theus::application& app) {
  app.bind(book, [](int) { return std::string("booked"); });
}
