#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace theus::lint {

struct tidy_options {
  std::string query = "clang-query-19";
  std::string compile_commands;  // the folder of compile_commands.json
  std::string traps;
  bool with_gcc = false;  // also what only g++ 12 translates wrongly
  std::vector<std::string> sources;
};

// Throws std::runtime_error when something is missing or unknown.
tidy_options parse_tidy(const std::vector<std::string>& arguments);

// Asks clang-query for each trap in each source and writes where it was found, and the allowed ones
// with their reasons. Returns how many are not allowed. A line is allowed by a comment in it or in
// the line before: `// theus: allow <trap>: <reason>`.
// Throws std::runtime_error when a source does not compile or clang-query cannot be run.
int tidy(const tidy_options& options, std::ostream& out);

}  // namespace theus::lint
