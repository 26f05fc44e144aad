#include "scale/support.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace theus::scale {

journal_folder::journal_folder(const std::string& name)
    : path_(std::filesystem::current_path() / (name + "-" + std::to_string(::getpid()))) {
  std::filesystem::remove_all(path_);
}

journal_folder::~journal_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

runtime_options journal_folder::options(std::size_t shards) const {
  runtime_options made;
  made.journal = path_;
  made.shards = shards;
  made.control_socket = false;
  made.report = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
  return made;
}

double resident_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

double stopwatch::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

void say_figures(const std::string& what, const stopwatch& since, double mib_before) {
  std::printf("scale: %s: %.1f s, %.0f MiB (before: %.0f)\n", what.c_str(), since.seconds(),
              resident_mib(), mib_before);
  std::fflush(stdout);
}

}  // namespace theus::scale
