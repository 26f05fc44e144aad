#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/support.hpp"

// A small journal whose files are damaged in every way: it is refused with a typed error, or
// everything in it is what was acknowledged. Never a silently shorter history, never a crash.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

// All that can be read of a journal; a part that is refused is absent.
struct content {
  std::map<run_id, std::optional<std::vector<std::string>>> runs;
  std::map<run_id, std::optional<head>> heads;
  std::optional<std::size_t> tail;
  std::optional<std::vector<instance_row>> instances;
  std::optional<std::vector<timer_row>> timers;
  std::optional<std::vector<task_row>> tasks;
  std::optional<std::vector<message_row>> messages;
};

class Corruption : public ::testing::Test {
 protected:
  Corruption() {
    for (int i = 0; i < 6; ++i) runs_.push_back(run_of("w" + std::to_string(i), 1 + i));
    // Half of it is in sorted tables (opening moves what is logged there), half in the log.
    for (int round = 0; round < 2; ++round) {
      const auto journal = open_journal(pristine());
      append_round(*journal, round);
    }
    expected_ = read_all(*open_journal(copy(pristine(), "reference")));
  }

  fs::path pristine() const { return folder_ / "pristine"; }

  static fs::path copy_over(const fs::path& from, const fs::path& to) {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
    return to;
  }
  fs::path copy(const fs::path& from, const char* name) const {
    return copy_over(from, folder_ / name);
  }

  void append_round(store& journal, int round) const {
    const epoch owner = journal.acquire_epoch().value();
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      const std::string id = "w" + std::to_string(i);
      std::vector<record> records;
      if (round == 0)
        records.push_back(start_of(id, {activity(1), start_timer{{"", 2}, at_ms(9'000)}}));
      records.push_back(turn_of({completed(std::uint32_t(round + 1))},
                                {activity(std::uint32_t(round + 2)),
                                 send_signal{{"", std::uint32_t(10 + round)}, "x", "y", "1"}}));
      ASSERT_EQ(extend(journal, owner, runs_[i], records).status, append_status::committed);
    }
  }

  content read_all(store& journal) const {
    constexpr std::size_t all = 1'000;
    content found;
    for (const run_id run : runs_) {
      if (auto raw = journal.read_raw(run, first_sequence, all))
        found.runs[run] = *raw;
      else
        check(raw.error());
      if (auto at = journal.head_of(run))
        found.heads[run] = *at;
      else
        check(at.error());
    }
    if (auto tail = journal.tail({}, all))
      found.tail = tail->size();
    else
      check(tail.error());
    if (auto rows = journal.instances({}, all))
      found.instances = *rows;
    else
      check(rows.error());
    if (auto rows = journal.timers(wall_time::max(), {}, all))
      found.timers = *rows;
    else
      check(rows.error());
    if (auto rows = journal.tasks({}, all))
      found.tasks = *rows;
    else
      check(rows.error());
    if (auto rows = journal.messages({}, all))
      found.messages = *rows;
    else
      check(rows.error());
    return found;
  }

  static void check(const error& e) {
    EXPECT_EQ(e.code, errc::corrupt) << e.message;
    EXPECT_FALSE(e.message.empty());
  }

  // Refused, or whole wherever it answers. True when it was refused at opening.
  bool refused_or_whole(const fs::path& journal, const std::string& what) const {
    SCOPED_TRACE(what);
    const auto opened = open_rocksdb_store(journal);
    if (!opened) {
      EXPECT_TRUE(opened.error().code == errc::corrupt ||
                  opened.error().code == errc::unknown_version)
          << name(opened.error().code) << ": " << opened.error().message;
      EXPECT_THAT(opened.error().message, HasSubstr(journal.string()));
      return true;
    }
    const content found = read_all(**opened);
    for (const auto& [run, raw] : found.runs) EXPECT_EQ(raw, expected_.runs.at(run));
    for (const auto& [run, at] : found.heads) EXPECT_EQ(at, expected_.heads.at(run));
    EXPECT_TRUE(!found.tail || found.tail == expected_.tail);
    EXPECT_TRUE(!found.instances || found.instances == expected_.instances);
    EXPECT_TRUE(!found.timers || found.timers == expected_.timers);
    EXPECT_TRUE(!found.tasks || found.tasks == expected_.tasks);
    EXPECT_TRUE(!found.messages || found.messages == expected_.messages);
    return false;
  }

  // Relative paths of the files that make up the journal.
  std::vector<fs::path> files() const {
    std::vector<fs::path> all;
    for (const auto& entry : fs::recursive_directory_iterator(pristine())) {
      if (!entry.is_regular_file() || entry.file_size() == 0) continue;
      const std::string file = entry.path().filename();
      if (file == "lock" || file.starts_with("LOG")) continue;  // written at every opening
      all.push_back(fs::relative(entry.path(), pristine()));
    }
    return all;
  }
  static std::string load(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void save(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  }
  fs::path wal(const fs::path& journal) const {
    fs::path newest;
    for (const auto& entry : fs::directory_iterator(journal / "db")) {
      if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
    }
    return newest;
  }

  temporary_folder folder_;
  std::vector<run_id> runs_;
  content expected_;
};

TEST_F(Corruption, AnUndamagedCopyIsWhole) {
  EXPECT_FALSE(refused_or_whole(copy(pristine(), "copy"), "copy"));
  EXPECT_EQ(expected_.tail, 18u);
  EXPECT_GE(files().size(), 8u);
}

TEST_F(Corruption, AFlippedBitAnywhereIsRefusedOrHarmless) {
  int refused = 0;
  for (const fs::path& file : files()) {
    const std::string whole = load(pristine() / file);
    // RocksDB keeps its options for people; it does not read them back.
    const std::size_t step = file.filename().string().starts_with("OPTIONS") ? 2'048 : 64;
    for (std::size_t at = 0; at < whole.size(); at += step) {
      const fs::path journal = copy(pristine(), "flipped");
      const std::size_t place = std::min(whole.size() - 1, at + at / step % 64);
      std::string bad = whole;
      bad[place] = char(bad[place] ^ (1 << at / step % 8));
      save(journal / file, bad);
      refused += refused_or_whole(journal, file.string() + " byte " + std::to_string(place));
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(refused, 30);
}

TEST_F(Corruption, ADamagedLogIsNamed) {
  const fs::path journal = copy(pristine(), "log");
  const fs::path log = wal(journal);
  std::string bytes = load(log);
  bytes[bytes.size() / 2] = char(bytes[bytes.size() / 2] ^ 1);
  save(log, bytes);
  const auto opened = open_rocksdb_store(journal);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::corrupt);
  EXPECT_THAT(opened.error().message, HasSubstr(log.filename().string()));
}

TEST_F(Corruption, AMissingFileIsRefusedOrHarmless) {
  for (const fs::path& file : files()) {
    const fs::path journal = copy(pristine(), "missing");
    fs::remove(journal / file);
    const bool refused = refused_or_whole(journal, "without " + file.string());
    const std::string name = file.filename();
    const bool harmless = name == "IDENTITY" || name.starts_with("OPTIONS");
    EXPECT_EQ(refused, !harmless) << file;
  }
}

TEST_F(Corruption, Rule06ALogThatLostAcknowledgedBytesIsRefusedByName) {
  const fs::path reference = wal(pristine());
  const std::size_t size = fs::file_size(reference);
  ASSERT_GT(size, 1'000u);
  for (std::size_t lost = 1; lost < 600; lost += lost < 64 ? 1 : 17) {
    const fs::path journal = copy(pristine(), "torn");
    fs::resize_file(wal(journal), size - lost);
    EXPECT_TRUE(refused_or_whole(journal, "lost " + std::to_string(lost))) << lost;
  }
}

TEST_F(Corruption, ATailOfZeroesOrGarbageBehindTheLogLosesNothing) {
  for (const std::string& tail : {std::string(512, '\0'), std::string(4'096, '\0'),
                                  std::string(3, '\x55'), std::string(700, '\x55')}) {
    const fs::path journal = copy(pristine(), "tail");
    save(wal(journal), load(wal(journal)) + tail);
    refused_or_whole(journal, "tail of " + std::to_string(tail.size()));
  }
}

TEST_F(Corruption, Rule06ATornTailThatWasNeverAcknowledgedIsDropped) {
  const fs::path source = copy(pristine(), "unacknowledged");
  std::size_t acknowledged_bytes = 0;
  {
    const auto journal = open_journal(source);
    const epoch owner = journal->acquire_epoch().value();
    acknowledged_bytes = fs::file_size(wal(source));
    const std::string mark = load(source / "watermark");
    EXPECT_EQ(extend(*journal, owner, runs_[0], {turn_of({}, {activity(77)})}).status,
              append_status::committed);
    save(source / "watermark", mark);  // as if it had died between the sync and the watermark
  }
  const std::size_t size = fs::file_size(wal(source));
  ASSERT_GT(size, acknowledged_bytes + 100);
  for (std::size_t kept = acknowledged_bytes; kept < size; ++kept) {
    const fs::path journal = copy(source, "torn");
    fs::resize_file(wal(journal), kept);
    ASSERT_FALSE(refused_or_whole(journal, "kept " + std::to_string(kept))) << kept;
  }
  const auto whole = open_journal(copy(source, "kept"));
  EXPECT_EQ(whole->head_of(runs_[0]).value()->at, next(expected_.heads.at(runs_[0])->at))
      << "recovered beyond the watermark: it stays";
}

}  // namespace
}  // namespace theus::journal
