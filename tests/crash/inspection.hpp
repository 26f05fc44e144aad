#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace crash {

struct findings {
  std::int64_t runs = 0;
  std::int64_t records = 0;
  std::int64_t generations = 0;
  std::int64_t executions = 0;
  std::int64_t recorded_before_a_start = 0;
  std::int64_t books = 0;
  std::int64_t checkpoints = 0;         // of books, that are left in the end
  std::vector<std::string> violations;  // a sentence each
};

// Reads what a workload left in its folder, after its last run ended by itself, and compares: every
// acknowledged start, gift and result is there; every run's records are a gapless, rightly chained
// sequence; no recorded step ran again; effects are unique by key and belong to recorded results;
// the results of journeys 0 to count-1, and of the books beside them, are those of a run without
// kills; books come to the same Context with checkpoints and without.
findings inspect(const std::filesystem::path& folder, std::int64_t count);

}  // namespace crash
