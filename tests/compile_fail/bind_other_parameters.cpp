// expect: theus: this function cannot be called with the parameters of the activity it is bound to
// (optionally after theus::attempt&)
#include <string>

#include <theus/application.hpp>

constexpr theus::activity<void(int)> book{"book"};

void set_up(theus::application& app) {
  app.bind(book, [](std::string) {});
}
