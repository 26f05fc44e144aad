#include "theus/tool_main.hpp"

#include "toy_application.hpp"

int main(int argc, char** argv) {
  const auto app = theus::toy::make_application();
  return theus::tool_main(app, argc, argv);
}
