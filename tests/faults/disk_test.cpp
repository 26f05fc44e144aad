#include <random>
#include <sstream>

#include <gmock/gmock.h>

#include "faults/child.hpp"
#include "faults/journals.hpp"
#include "faults/small_disk.hpp"
#include "support/long_run.hpp"

// A disk that is full while a runtime works, while it opens, while RocksDB flushes and compacts:
// disk_full by name, reads go on, few lines are reported, work goes on within five seconds of
// space, and what was acknowledged is there after SIGKILL.
namespace theus::faults {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace journal;
using steady = std::chrono::steady_clock;

class FullDisk : public ::testing::Test {
 protected:
  FullDisk() {
    folder_ = disk_.path() / "journal";
    std::filesystem::remove_all(folder_);
  }
  ~FullDisk() override { std::filesystem::remove_all(folder_); }

  std::vector<std::string> command(const std::string& verb, const std::string& more = "") const {
    std::vector<std::string> words{THEUS_FAULT_RUNTIME, verb, folder_.string()};
    if (!more.empty()) words.push_back(more);
    return words;
  }
  // Of a process that was killed.
  void remember(const child_end& end) {
    EXPECT_THAT(end.output, Not(HasSubstr("wrong")));
    EXPECT_THAT(end.output, Not(HasSubstr("untyped")));
    for (const std::string& line : end.after("acked")) acknowledged_.push_back(line);
  }
  // Everything acknowledged so far is in the journal.
  void expect_nothing_lost() const {
    const auto opened = open_rocksdb_store(folder_);
    ASSERT_TRUE(opened) << opened.error().message;
    for (const std::string& line : acknowledged_) {
      std::istringstream words(line);
      std::string what, n, value;
      words >> what >> n >> value;
      const auto run = (*opened)->run_of("order " + n);
      ASSERT_TRUE(run && *run) << line;
      const auto records = (*opened)->read(**run, first_sequence, 100);
      ASSERT_TRUE(records) << records.error().message;
      if (what == "start") {
        EXPECT_EQ((*run)->to_string(), value);
        EXPECT_FALSE(records->empty());
      } else {
        const auto row = (*opened)->instance(**run);
        ASSERT_TRUE(row && *row);
        EXPECT_EQ((*row)->status, run_status::completed) << line;
      }
    }
    EXPECT_FALSE(acknowledged_.empty());
  }
  void expect_all_done(int seconds = 60) const {
    const child_end end = run_child(command("open"), {.time = std::chrono::seconds(seconds)});
    EXPECT_EQ(end.exit_code, 0) << end.output;
    EXPECT_THAT(end.output, HasSubstr("done\n"));
    for (const std::string& found : end.after("found")) {
      std::istringstream words(found);
      std::string order;
      std::int64_t n = 0, value = 0;
      words >> order >> n >> value;
      EXPECT_EQ(value, 2 * n + 1);
    }
  }

  small_disk& disk_ = small_disk::get();
  std::filesystem::path folder_;
  std::vector<std::string> acknowledged_;
};

TEST_F(FullDisk, IsSaidByNameAndOnceAndWorkGoesOnWithinFiveSecondsOfSpace) {
  running_child worker(command("work", "2000"), {.time = 120s});
  ASSERT_TRUE(worker.next("opened", 20s));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(worker.next("acked result", 20s)) << worker.output();
  disk_.fill(worker.pid(), 0);
  const auto error = worker.next("error", 30s);
  ASSERT_TRUE(error) << worker.output();
  EXPECT_THAT(*error, ::testing::StartsWith("error disk_full "));
  EXPECT_THAT(*error, HasSubstr(folder_.string()));
  EXPECT_TRUE(worker.next("read", 10s)) << "reads go on";
  worker.watch(3s);
  disk_.free(worker.pid());
  const auto freed = steady::now();
  ASSERT_TRUE(worker.next("report the journal's disk has space again", 10s)) << worker.output();
  ASSERT_TRUE(worker.next("acked start", 10s));
  EXPECT_LT(steady::now() - freed, 5s);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(worker.next("acked result", 20s)) << worker.output();
  worker.kill();
  const child_end end = worker.wait();
  EXPECT_EQ(end.after("report").size(), 2u) << "one line when it is full, one when it is not";
  remember(end);
  expect_nothing_lost();
  expect_all_done();
}

// Much bulk, so that buffers are flushed and tables compacted, and little space left: the end of
// the disk is met by whatever writes next.
TEST_F(FullDisk, MetAnywhereAgainAndAgainLosesNothingAcknowledged) {
  std::mt19937 random(20'261'122);
  const int rounds = testing::is_long_run() ? 30 : 4;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t left = random() % (24 * 1024 * 1024);
    SCOPED_TRACE("round " + std::to_string(round) + ", left " + std::to_string(left));
    running_child worker(command("work", "100000"), {.time = 120s});
    ASSERT_TRUE(worker.next("opened", 20s)) << worker.output();
    ASSERT_TRUE(worker.next("acked result", 20s)) << worker.output();
    disk_.fill(worker.pid(), left);
    ASSERT_TRUE(worker.next("report the journal's disk is full", 60s)) << worker.output();
    if (round % 2 == 0) {
      disk_.free(worker.pid());
      ASSERT_TRUE(worker.next("acked result", 10s)) << worker.output();
    }
    worker.kill();
    remember(worker.wait());
    if (round % 2 != 0) {  // opening while there is no space
      const child_end full = run_child(command("open"));
      EXPECT_FALSE(full.out_of_time) << full.output;
      EXPECT_EQ(full.exit_code, 0) << full.output;
      for (const std::string& line : full.after("refused")) {
        EXPECT_THAT(line, ::testing::StartsWith("disk_full "));
      }
      disk_.free(::getpid());
    }
    expect_nothing_lost();
    expect_all_done();
    std::filesystem::remove_all(folder_);  // so that the journal stays smaller than the disk
    acknowledged_.clear();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace theus::faults
