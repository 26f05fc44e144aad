#include "source_line.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "process.hpp"

namespace theus::lint {
namespace {

// `file:line`; binutils 2.40 sometimes names the wrong file for a line inlined by g++, which then
// may not be that long.
bool is_in_project(const std::string& line) {
  if (line.empty() || line.starts_with("??") || line.starts_with("/usr/")) return false;
  const std::size_t colon = line.rfind(':');
  if (colon == std::string::npos) return false;
  std::size_t left = std::strtoul(line.c_str() + colon + 1, nullptr, 10);
  std::ifstream file(line.substr(0, colon));
  for (std::string each; left != 0 && std::getline(file, each);) --left;
  return left == 0 && !line.ends_with(":0") && !line.ends_with(":?");
}

}  // namespace

std::string source_line(const std::string& object, std::string_view section, std::uint64_t offset) {
  std::ostringstream place;
  place << "0x" << std::hex << offset;
  const process_result answer =
      run_process({"addr2line", "-i", "-e", object, "-j", std::string(section), place.str()});
  if (answer.status != 0) return {};
  std::istringstream lines(answer.output);
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find(" (discriminator"));
    if (is_in_project(line)) return line;
  }
  return {};
}

}  // namespace theus::lint
