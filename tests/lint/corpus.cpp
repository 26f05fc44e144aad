#include "corpus.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>

namespace theus::lint {
namespace {

const std::filesystem::path tests = std::filesystem::path(THEUS_SOURCE_DIR) / "tests";

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::vector<std::filesystem::path> sources_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> all;
  for (const auto& each : std::filesystem::directory_iterator(folder)) all.push_back(each.path());
  std::sort(all.begin(), all.end());
  return all;
}

trap_file read_trap(const std::filesystem::path& path) {
  trap_file trap;
  trap.path = path;
  trap.name = path.stem();
  const std::vector<std::string> lines = lines_of(path);
  std::string* field = nullptr;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("// caught-by: ")) {
      field = &trap.caught_by;
      *field = lines[i].substr(14);
    } else if (lines[i].starts_with("// message: ")) {
      field = &trap.message;
      *field = lines[i].substr(12);
    } else if (lines[i].starts_with("// guard: ")) {
      trap.guard = lines[i].substr(10);
      field = nullptr;
    } else if (lines[i].starts_with("// paranoid")) {
      trap.paranoid = lines[i].substr(lines[i].find(": ") + 2);
      trap.paranoid_under_sanitizers = lines[i].starts_with("// paranoid: ");
      field = nullptr;
    } else if (lines[i].starts_with("// ") && field) {
      *field += lines[i].substr(2);
    } else {
      field = nullptr;
    }
    if (lines[i].ends_with("// here")) trap.line = i + 1;
  }
  return trap;
}

std::vector<std::string> compiler_arguments() { return lines_of(THEUS_COMPILER_FILE); }

}  // namespace

bool trap_file::is_caught_by(const std::string& layer) const {
  std::istringstream words(caught_by);
  for (std::string word; words >> word;) {
    if (word == layer || word == layer + ",") return true;
  }
  return false;
}

std::vector<trap_file> all_traps() {
  std::vector<trap_file> all;
  for (const auto& each : sources_in(tests / "traps")) all.push_back(read_trap(each));
  return all;
}

std::vector<trap_file> traps_caught_by(const std::string& layer) {
  std::vector<trap_file> all = all_traps();
  std::erase_if(all, [&](const trap_file& each) { return !each.is_caught_by(layer); });
  return all;
}

std::vector<std::filesystem::path> honest_files() { return sources_in(tests / "honest"); }

std::filesystem::path fresh_folder() {
  const auto& test = *testing::UnitTest::GetInstance()->current_test_info();
  const auto folder =
      std::filesystem::path(THEUS_BUILD_DIR) / "tests" / "lint" / "work" / test.name();
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file);
  out << text;
  if (!out.flush()) throw std::runtime_error(file.string() + ": cannot be written");
}

std::filesystem::path write_unit(const std::filesystem::path& file,
                                 const std::vector<std::filesystem::path>& parts) {
  std::string text;
  for (const auto& each : parts) text += "#include \"" + each.string() + "\"\n";
  write_file(file, text);
  return file;
}

bool compiler_is_clang() { return compiler_arguments()[0].find("clang") != std::string::npos; }

std::string poison() { return std::string(THEUS_SOURCE_DIR) + "/sdk/cmake/lint/poison.hpp"; }

process_result compile(const std::vector<std::string>& arguments) {
  std::vector<std::string> command;
  for (const std::string& each : compiler_arguments()) {
    if (!each.empty()) command.push_back(each);
  }
  command.push_back(compiler_is_clang() ? "-ferror-limit=0" : "-fmax-errors=0");
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_process(command, true);
}

process_result run_lint(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{THEUS_LINT};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_process(command, true);
}

process_result run_tidy(const std::filesystem::path& source, bool with_gcc) {
  std::string includes;
  for (const std::string& each : compiler_arguments()) {
    if (each.starts_with("-isystem")) includes += " " + each;
  }
  write_file(source.parent_path() / "compile_commands.json",
             R"([{"directory": ")" + source.parent_path().string() + R"(", "file": ")" +
                 source.string() + R"(", "command": "clang++-19 -std=c++20)" + includes + " -c " +
                 source.string() + "\"}]\n");
  std::vector<std::string> arguments{"tidy",
                                     "-p",
                                     source.parent_path().string(),
                                     "--traps",
                                     std::string(THEUS_SOURCE_DIR) + "/sdk/cmake/lint/traps.query",
                                     source.string()};
  if (with_gcc) arguments.insert(arguments.begin() + 1, "--gcc");
  return run_lint(arguments);
}

}  // namespace theus::lint
