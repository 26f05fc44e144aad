#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "theus/runtime.hpp"

#include "support/long_run.hpp"

// What the tests of great numbers share. Each runs small by itself, and in full under THEUS_LONG=1.
namespace theus::scale {

using testing::is_long_run;

// A folder for one journal, below the working directory; gone with the object.
class journal_folder {
 public:
  explicit journal_folder(const std::string& name);
  ~journal_folder();
  journal_folder(const journal_folder&) = delete;
  journal_folder& operator=(const journal_folder&) = delete;

  // On disk, on `shards` threads. Trouble is printed.
  runtime_options options(std::size_t shards = 1) const;

 private:
  std::filesystem::path path_;
};

// Of this process, MiB.
double resident_mib();

class stopwatch {
 public:
  double seconds() const;

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// A line that a log of tests shows: "scale: 20000 signals … 1.2 s, 30 MiB".
void say_figures(const std::string& what, const stopwatch& since, double mib_before);

}  // namespace theus::scale
