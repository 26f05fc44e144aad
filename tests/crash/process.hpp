#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>

// Starts the workload as a process of its own and kills it.
namespace crash {

struct ending {
  bool killed = false;         // by SIGKILL
  bool silent = false;         // it did nothing for a minute and was killed for that
  int exit_code = -1;          // when it ended by itself
  std::uint64_t progress = 0;  // what it had done, in bytes of its output
};

struct work {
  std::int64_t journeys = 0;
  int pairs_at_once = 1;
};

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

// Runs the workload until it ends, or kills it once it has done `kill_after` things.
// `fail_points` is the value of THEUS_FAIL_POINTS.
ending run_workload(const std::filesystem::path& folder, const work& what,
                    std::uint64_t kill_after = never, const std::string& fail_points = {});

}  // namespace crash
