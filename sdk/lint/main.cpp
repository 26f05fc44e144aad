// theus-lint: what CMake runs for theus_workflow_sources. docs/determinism.md is for its readers.
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "audit.hpp"
#include "tidy.hpp"

namespace {

constexpr const char* help =
    R"(theus-lint: finds what would make a workflow differ when it is replayed

  theus-lint audit OBJECT…
      Forbidden functions that objects made from workflow sources refer to, with the function and
      line that does. Objects of other sources are passed by.
  theus-lint tidy -p FOLDER --traps FILE [--query PROGRAM] [--gcc] SOURCE…
      Traps that only the syntax shows, with clang-query 19. FOLDER holds compile_commands.json;
      FILE is traps.query of this package; --gcc adds what only g++ 12 translates wrongly.

Exits with 0 when nothing was found, 1 when something was, 2 when it could not look.
)";

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h") {
    std::cout << help;
    return arguments.empty() ? 2 : 0;
  }
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (arguments[0] == "audit") return theus::lint::audit(rest, std::cerr) == 0 ? 0 : 1;
  if (arguments[0] == "tidy") {
    return theus::lint::tidy(theus::lint::parse_tidy(rest), std::cerr) == 0 ? 0 : 1;
  }
  std::cerr << "theus-lint: no verb is called " << arguments[0] << "; --help lists them\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& why) {
    std::fprintf(stderr, "theus-lint: %s\n", why.what());
    return 2;
  }
}
