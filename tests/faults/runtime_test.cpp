#include <cstdio>
#include <sstream>

#include <gmock/gmock.h>

#include "faults/child.hpp"
#include "faults/journals.hpp"
#include "support/long_run.hpp"

// A whole runtime over a damaged folder, short of descriptors, of address space, of memory.
namespace theus::faults {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace journal;
using namespace journal::test;
namespace fs = std::filesystem;

class WholeRuntime : public ::testing::Test {
 protected:
  fs::path journal() const { return folder_ / "journal"; }
  fs::path damaged() const { return folder_ / "damaged"; }

  // Some orders that are done and some that a kill interrupted; several tables and a log.
  void make_orders() {
    for (int i = 0; i < 3; ++i) {
      running_child worker({THEUS_FAULT_RUNTIME, "work", journal().string(), "100"});
      for (int k = 0; k < 8; ++k) ASSERT_TRUE(worker.next("acked result", 20s)) << worker.output();
      worker.kill();
      for (const std::string& line : worker.wait().after("acked")) acknowledged_.push_back(line);
    }
  }
  child_end open(const fs::path& folder, const child_options& how = {}) const {
    return run_child({THEUS_FAULT_RUNTIME, "open", folder.string()}, how);
  }
  // It ended by itself, within its time; what it refused it refused by type and name; what it
  // found is right, and if it refused nothing it is all.
  void expect_refused_or_whole(const child_end& end) const {
    EXPECT_FALSE(end.out_of_time) << end.output;
    EXPECT_EQ(end.exit_code, 0) << "signal " << end.signal << "\n" << end.output;
    EXPECT_THAT(end.output, Not(HasSubstr("wrong")));
    bool refused = false;
    for (const char* kind : {"refused", "error"}) {
      for (const std::string& line : end.after(kind)) {
        refused = true;
        EXPECT_THAT(line, ::testing::MatchesRegex("(corrupt|unknown_version|io_error) .+"));
      }
    }
    std::map<std::string, std::string> found;
    for (const std::string& line : end.after("found order")) {
      std::istringstream words(line);
      std::int64_t n = 0, value = 0;
      words >> n >> value;
      EXPECT_EQ(value, 2 * n + 1);
      found[std::to_string(n)] = std::to_string(value);
    }
    for (const std::string& line : end.after("stuck")) {
      refused = true;
      EXPECT_THAT(line, ::testing::AnyOf(HasSubstr(folder_.path().string()), HasSubstr("run ")));
    }
    if (refused) return;
    EXPECT_THAT(end.output, HasSubstr("done\n"));
    for (const std::string& line : acknowledged_) {
      std::istringstream words(line);
      std::string what, n;
      words >> what >> n;
      EXPECT_TRUE(found.contains(n)) << line << "\n" << end.output;
    }
  }

  temporary_folder folder_;
  std::vector<std::string> acknowledged_;
};

TEST_F(WholeRuntime, OverAFolderWithAFlippedBitRefusesByNameOrIsWhole) {
  make_orders();
  expect_refused_or_whole(open(copy_folder(journal(), damaged())));
  const sample some(23), few(997);
  std::size_t step = 0;
  int opened = 0, refused = 0;
  for (const fs::path& file : files_of(journal())) {
    const std::string bytes = load(journal() / file);
    const bool for_people = file.filename().string().starts_with("OPTIONS");
    for (std::size_t at = 0; at < bytes.size(); at += 64, ++step) {
      if (!(for_people ? few : some).takes(step)) continue;
      copy_folder(journal(), damaged());
      std::string bad = bytes;
      const std::size_t place = flip_a_bit(bad, at, step);
      save(damaged() / file, bad);
      SCOPED_TRACE(file.string() + " byte " + std::to_string(place) + " bit " +
                   std::to_string(step % 8));
      const child_end end = open(damaged());
      expect_refused_or_whole(end);
      refused += !end.after("refused").empty();
      ++opened;
      if (HasFailure()) return;
    }
  }
  std::printf("%d damaged, %d refused at opening\n", opened, refused);
  EXPECT_GT(refused, 0);
}

#ifndef THEUS_SANITIZED  // the sanitizer needs descriptors to look at memory, and blames the
                         // program

TEST_F(WholeRuntime, ShortOfDescriptorsRefusesByNameAndLosesNothing) {
  make_orders();
  const sample some(5);
  bool refused = false, worked = false;
  for (rlim_t descriptors = 4; descriptors < 128; ++descriptors) {
    if (!some.takes(descriptors)) continue;
    SCOPED_TRACE(std::to_string(descriptors) + " descriptors");
    const child_end end =
        open(copy_folder(journal(), damaged()), {.limits = {{RLIMIT_NOFILE, descriptors}}});
    if (end.exit_code == 127) continue;  // not even its libraries load
    expect_refused_or_whole(end);
    refused = refused || !end.after("refused").empty();
    worked = worked || end.output.find("done\n") != std::string::npos;
    expect_refused_or_whole(open(damaged()));
    EXPECT_THAT(open(damaged()).output, HasSubstr("done\n"));
    if (HasFailure()) {
      std::printf("%s\n", end.output.c_str());
      return;
    }
  }
  EXPECT_TRUE(refused);
  EXPECT_TRUE(worked);
}

#endif

// The process may end, saying that memory is short; the journal must not.
TEST_F(WholeRuntime, WhoseNthAllocationFailsLosesItsTurnNeverTheJournal) {
  make_orders();
  std::uint64_t n = 1;
  int died = 0, done = 0;
  const std::uint64_t stride = testing::is_long_run() ? 97 : 3'011;
  for (int clean = 0; clean < 2; n += stride) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    copy_folder(journal(), damaged());
    const child_end end =
        open(damaged(), {.environment = {{"THEUS_FAIL_ALLOCATION", std::to_string(n)},
                                         {"ASAN_OPTIONS", "detect_leaks=0"}}});
    EXPECT_FALSE(end.out_of_time) << end.output;
    if (end.exit_code == 0 && end.output.find("done\n") != std::string::npos) {
      ++done;
      clean += n > 20'000;
    } else {
      ++died;
      if (end.exit_code == 0) {
        EXPECT_THAT(end.output, ::testing::AnyOf(HasSubstr("memory"), HasSubstr("refused"),
                                                 HasSubstr("error")));
      }
    }
    const child_end after = open(damaged());
    expect_refused_or_whole(after);
    EXPECT_THAT(after.output, HasSubstr("done\n"));
    if (HasFailure()) {
      std::printf("%s\n", end.output.c_str());
      return;
    }
  }
  std::printf("up to allocation %llu: %d ended, %d went on\n", (unsigned long long)n, died, done);
  EXPECT_GT(died, 0);
}

}  // namespace
}  // namespace theus::faults
