#include <cstdio>

#include "faults/journal_victim.hpp"
#include "faults/journals.hpp"
#include "support/long_run.hpp"

// The n-th system call of a kind fails, moves only half, or kills the process, for every n until a
// run without a fault, from the creation of a journal through flushes and compactions.
namespace theus::faults {
namespace {

using journal::test::temporary_folder;

struct kind {
  const char* call;
  const char* action;
};
std::string name_of(const ::testing::TestParamInfo<kind>& of) {
  std::string text = std::string(of.param.call) + "_" + of.param.action;
  for (char& c : text) c = c == ':' ? '_' : c;
  return text;
}

class SystemCall : public ::testing::TestWithParam<kind> {};

TEST_P(SystemCall, Rule06ThatFailsLosesNothingAcknowledged) {
  const auto [call, action] = GetParam();
  const bool kills = std::string(action) == "kill";
  constexpr std::uint64_t sampled = 3;
  const temporary_folder clean;
  const victim_end whole = victim(clean.path()).run({});
  ASSERT_THAT(whole.child.output, ::testing::HasSubstr("done\n"));
  const std::uint64_t expected = whole.counts.contains(call) ? whole.counts.at(call) : 0;
  ASSERT_GT(expected, 0u) << "nothing calls " << call;

  const std::uint64_t stride =
      testing::is_long_run() ? 1 : std::max<std::uint64_t>(1, expected / sampled);
  std::uint64_t n = 1, met = 0, refused = 0, stopped = 0, resumed = 0, done = 0;
  for (;; n += stride) {
    const temporary_folder folder;
    victim v(folder.path());
    SCOPED_TRACE(std::string(call) + "@" + std::to_string(n) + "=" + action);
    const victim_end end =
        v.run({std::string(call) + "@" + std::to_string(n) + "=" + action, 0, 5, 4, {}});
    v.expect_sane(end, kills);
    v.expect_nothing_lost(end);
    if (HasFailure()) {
      std::printf("%s\n", end.child.output.c_str());
      return;
    }
    if (end.faults.empty()) break;  // there are not so many
    ++met;
    refused += end.child.output.find("refused ") != std::string::npos;
    stopped += end.child.output.find("stopped ") != std::string::npos;
    resumed += end.child.output.find("resumed") != std::string::npos;
    done += end.child.output.find("done\n") != std::string::npos;
    EXPECT_EQ(kills, end.child.signal != 0);
  }
  EXPECT_GE(met, std::min<std::uint64_t>(expected, sampled) / 2);
  std::printf("%s %s: %llu of %llu met; %llu refused, %llu stopped, %llu resumed, %llu done\n",
              call, action, (unsigned long long)met, (unsigned long long)expected,
              (unsigned long long)refused, (unsigned long long)stopped, (unsigned long long)resumed,
              (unsigned long long)done);
}

INSTANTIATE_TEST_SUITE_P(
    Every, SystemCall,
    ::testing::Values(kind{"fdatasync", "EIO"}, kind{"fsync", "EIO"}, kind{"write", "EIO"},
                      kind{"write", "ENOSPC"}, kind{"write", "short"}, kind{"write", "short:EIO"},
                      kind{"write", "short:ENOSPC"}, kind{"pwrite", "EIO"},
                      kind{"pwrite", "ENOSPC"}, kind{"pwrite", "short"}, kind{"pread", "EIO"},
                      kind{"pread", "short"}, kind{"pread", "short:end"},
                      kind{"pread", "short:EIO"}, kind{"fread", "EIO"}, kind{"read", "EIO"},
                      kind{"read", "short"}, kind{"rename", "EIO"}, kind{"ftruncate", "EIO"},
                      kind{"unlink", "EIO"}, kind{"open", "EMFILE"}, kind{"open", "EIO"},
                      kind{"open", "ENOSPC"}),
    name_of);
INSTANTIATE_TEST_SUITE_P(Killed, SystemCall,
                         ::testing::Values(kind{"fdatasync", "kill"}, kind{"fsync", "kill"},
                                           kind{"write", "kill"}, kind{"pwrite", "kill"},
                                           kind{"rename", "kill"}, kind{"ftruncate", "kill"},
                                           kind{"unlink", "kill"}, kind{"open", "kill"}),
                         name_of);

}  // namespace
}  // namespace theus::faults
