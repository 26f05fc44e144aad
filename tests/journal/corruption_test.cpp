#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/content.hpp"

// A small journal that lost a file or the end of its log: it is refused with a typed error, or
// everything in it is what was acknowledged. Never a silently shorter history, never a crash.
// tests/faults damages every byte of every file.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

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

  fs::path copy(const fs::path& from, const char* name) const {
    return copy_folder(from, folder_ / name);
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
    std::vector<error> refused;
    content found = read_content(journal, runs_, refused);
    for (const error& e : refused) EXPECT_EQ(e.code, errc::corrupt) << e.message;
    return found;
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
    expect_same_where_read(read_all(**opened), expected_);
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

  temporary_folder folder_;
  std::vector<run_id> runs_;
  content expected_;
};

TEST_F(Corruption, AnUndamagedCopyIsWhole) {
  EXPECT_FALSE(refused_or_whole(copy(pristine(), "copy"), "copy"));
  EXPECT_EQ(expected_.tail, 18u);
  EXPECT_GE(files().size(), 8u);
}

TEST_F(Corruption, ADamagedLogIsNamed) {
  const fs::path journal = copy(pristine(), "log");
  const fs::path log = newest_log(journal);
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
    const bool harmless = name == "IDENTITY" || name.starts_with("OPTIONS") || name == "manifest";
    EXPECT_EQ(refused, !harmless) << file;
  }
}

TEST_F(Corruption, Rule06ALogThatLostAcknowledgedBytesIsRefusedByName) {
  const fs::path reference = newest_log(pristine());
  const std::size_t size = fs::file_size(reference);
  ASSERT_GT(size, 1'000u);
  for (std::size_t lost = 1; lost < 600; lost += lost < 64 ? 1 : 17) {
    const fs::path journal = copy(pristine(), "torn");
    fs::resize_file(newest_log(journal), size - lost);
    EXPECT_TRUE(refused_or_whole(journal, "lost " + std::to_string(lost))) << lost;
  }
}

TEST_F(Corruption, ATailOfZeroesOrGarbageBehindTheLogLosesNothing) {
  for (const std::string& tail : {std::string(512, '\0'), std::string(4'096, '\0'),
                                  std::string(3, '\x55'), std::string(700, '\x55')}) {
    const fs::path journal = copy(pristine(), "tail");
    save(newest_log(journal), load(newest_log(journal)) + tail);
    refused_or_whole(journal, "tail of " + std::to_string(tail.size()));
  }
}

TEST_F(Corruption, Rule06ATornTailThatWasNeverAcknowledgedIsDropped) {
  const fs::path source = copy(pristine(), "unacknowledged");
  std::size_t acknowledged_bytes = 0;
  {
    const auto journal = open_journal(source);
    const epoch owner = journal->acquire_epoch().value();
    acknowledged_bytes = fs::file_size(newest_log(source));
    const std::string mark = load(source / "watermark");
    EXPECT_EQ(extend(*journal, owner, runs_[0], {turn_of({}, {activity(77)})}).status,
              append_status::committed);
    save(source / "watermark", mark);  // as if it had died between the sync and the watermark
  }
  const std::size_t size = fs::file_size(newest_log(source));
  ASSERT_GT(size, acknowledged_bytes + 100);
  for (std::size_t kept = acknowledged_bytes; kept < size; ++kept) {
    const fs::path journal = copy(source, "torn");
    fs::resize_file(newest_log(journal), kept);
    ASSERT_FALSE(refused_or_whole(journal, "kept " + std::to_string(kept))) << kept;
  }
  const auto whole = open_journal(copy(source, "kept"));
  EXPECT_EQ(whole->head_of(runs_[0]).value()->at, next(expected_.heads.at(runs_[0])->at))
      << "recovered beyond the watermark: it stays";
}

}  // namespace
}  // namespace theus::journal
