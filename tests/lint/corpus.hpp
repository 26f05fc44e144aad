#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "process.hpp"

namespace theus::lint {

// One file of tests/traps. Its first lines are comments: what it does, then
//   // caught-by: lint, audit        or: compiler; tidy <name>; tidy <name> (g++)
//   // message: <what is said>
//   // guard: <function>             if the run-time guard finds it; `: <what it says>` where that
//                                    is something else
//   // paranoid: <message>          if paranoid mode finds it; where sanitizers keep it from that,
//                                    `// paranoid, but not under sanitizers: <message>`
// and `// here` ends the line where it is found.
struct trap_file {
  std::filesystem::path path;
  std::string name;  // of the file and of the workflow
  std::string caught_by;
  std::string message;
  std::string guard;
  std::string paranoid;
  bool paranoid_under_sanitizers = false;
  std::size_t line = 0;

  bool is_caught_by(const std::string& layer) const;
};

std::vector<trap_file> traps_caught_by(const std::string& layer);
std::vector<trap_file> all_traps();
std::vector<std::filesystem::path> honest_files();

// A folder of the running test's own, empty.
std::filesystem::path fresh_folder();

// A source that includes all of these.
std::filesystem::path write_unit(const std::filesystem::path& file,
                                 const std::vector<std::filesystem::path>& parts);
void write_file(const std::filesystem::path& file, const std::string& text);

// Runs this build's compiler, with its flags and our headers, and what it wrote.
process_result compile(const std::vector<std::string>& arguments);
bool compiler_is_clang();
std::string poison();  // the path of poison.hpp

// theus-lint, and what it wrote.
process_result run_lint(const std::vector<std::string>& arguments);
// Its verb tidy on a source of its own, as clang 19 would compile it.
process_result run_tidy(const std::filesystem::path& source, bool with_gcc);

}  // namespace theus::lint
