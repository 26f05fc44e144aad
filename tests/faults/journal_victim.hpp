#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "faults/child.hpp"
#include "journal/support.hpp"

// Runs fault_victim (victim.cpp) and checks what it left.
namespace theus::faults {

struct victim_plan {
  std::string calls;             // a plan of system_calls.hpp
  std::uint64_t allocation = 0;  // the n-th fails; 0 for none
  int generations = 5;
  int turns = 4;
  std::vector<std::pair<int, rlim_t>> limits;
};

struct victim_end {
  child_end child;
  std::map<std::string, std::uint64_t> counts;  // of calls, when it ended by itself
  std::vector<std::string> faults;              // "<call> <n> <path>"
  std::vector<std::string> syncs_tried_again;
};

class victim {
 public:
  explicit victim(std::filesystem::path folder) : folder_(std::move(folder)) {}

  victim_end run(const victim_plan& plan);
  // What every run must leave: it ended by itself or was killed, said nothing wrong, and its
  // errors have a type and name a file.
  void expect_sane(const victim_end& end, bool may_be_killed) const;
  // The journal opens without faults; every acknowledged record is there with its hash; the rows
  // are those of a rebuild; appends go on, and the next opening has them.
  void expect_nothing_lost(const victim_end& end) const;

  std::filesystem::path journal() const { return folder_ / "journal"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace theus::faults
