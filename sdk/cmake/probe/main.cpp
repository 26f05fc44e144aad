// Runs the case named by its one argument: 0 when the compiler translated it rightly.
#include <cstring>

#include "probe.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const struct {
    const char* name;
    bool (*right)();
  } cases[] = {{"aggregate_temporary", probe::aggregate_temporary},
               {"capturing_lambda", probe::capturing_lambda},
               {"conditional_prvalue", probe::conditional_prvalue},
               {"await_as_condition", probe::await_as_condition}};
  for (const auto& each : cases) {
    if (std::strcmp(argv[1], each.name) == 0) return each.right() ? 0 : 1;
  }
  return 2;
}
