#include <cstdio>
#include <exception>
#include <string_view>

#include <theus/tool_main.hpp>

#include "application.hpp"
#include "play.hpp"

namespace {

constexpr const char* usage =
    "scenarios play [NAME]   play one scenario or each, days in a moment, and print what happens:\n"
    "                        what activities do, signals (>), time that passes (…), results (=)\n"
    "scenarios VERB …        what every Theus program can do: scenarios --help\n";

int run(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "play" && argc <= 3 && scenarios::play(argc == 3 ? argv[2] : "")) return 0;
  if (verb == "play" || verb.empty()) {
    std::fputs(usage, stderr);
    return 2;
  }
  return theus::tool_main(scenarios::make_application(), argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "scenarios: %s\n", e.what());
    return 1;
  }
}
