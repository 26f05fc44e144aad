#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/bare_database.hpp"
#include "journal/trimmed_runs.hpp"
#include "keys.hpp"

// Bytes of a trimmed run that are not what was written, and that RocksDB's checksums say nothing
// against: named, and no other run is concerned.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class TrimmedRunOnDisk : public ::testing::Test {
 protected:
  TrimmedRunOnDisk() {
    const auto journal = open_journal(path_);
    const epoch owner = journal->acquire_epoch().value();
    for (const run_id run : {run_, other_}) {
      extend(*journal, owner, run, {start_of(run == run_ ? "a" : "b", {activity(1)})});
      extend(*journal, owner, run, {turn_of({completed(1)}, {activity(2)})});
      extend(*journal, owner, run, {turn_of({completed(2)}, {activity(3)})});
    }
    EXPECT_EQ(trim(*journal, owner, run_, sequence{2}).status, append_status::committed);
    EXPECT_EQ(trim(*journal, owner, other_, sequence{2}).status, append_status::committed);
    extend(*journal, owner, run_, {turn_of({completed(3)}, {activity(4)})});
  }

  std::string get(const char* family, const std::string& key) const {
    return bare_database(path_ / "db").get(family, key);
  }
  void put(const char* family, const std::string& key, const std::string& value) const {
    bare_database(path_ / "db").put(family, key, value);
  }
  void erase(const char* family, const std::string& key) const {
    bare_database(path_ / "db").erase(family, key);
  }
  // The other run is whole, whatever became of this one.
  std::unique_ptr<store> opened() const {
    auto journal = open_journal(path_);
    EXPECT_EQ(journal->trimmed(other_).value()->through, sequence{2});
    EXPECT_TRUE(anchored_checkpoint(*journal, other_).value());
    EXPECT_THAT(journal->read(other_, sequence{3}, 9).value(), SizeIs(2));
    return journal;
  }
  template <class T>
  void expect_named(const result<T>& answer) const {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::corrupt) << answer.error().message;
    EXPECT_THAT(answer.error().message, HasSubstr(run_.to_string()));
  }

  temporary_folder folder_;
  const std::filesystem::path path_ = folder_ / "journal";
  const run_id run_ = run_of("a"), other_ = run_of("b");
};

TEST_F(TrimmedRunOnDisk, Rule07AFlippedBitInItsAnchorIsNamed) {
  const std::string key = keys::record(run_, sequence{4});
  const std::string good = get("records", key);
  for (std::size_t at = 0; at < good.size(); at += 7) {
    std::string bad = good;
    bad[at] = char(bad[at] ^ (1 << at % 8));
    put("records", key, bad);
    const auto journal = opened();
    // What still decodes has another hash than the record behind it says.
    const auto read = journal->read(run_, sequence{3}, 9);
    ASSERT_FALSE(read) << at;
    EXPECT_TRUE(read.error().code == errc::corrupt || read.error().code == errc::unknown_version);
    EXPECT_THAT(read.error().message, HasSubstr(run_.to_string()));
  }
}

TEST_F(TrimmedRunOnDisk, Rule07AMissingAnchorOrOneThatIsAnotherRecordIsNamed) {
  const std::string turn = get("records", keys::record(run_, sequence{3}));
  put("records", keys::record(run_, sequence{4}), turn);
  expect_named(opened()->trimmed(run_));
  erase("records", keys::record(run_, sequence{4}));
  const auto journal = opened();
  expect_named(journal->trimmed(run_));
  expect_named(anchored_checkpoint(*journal, run_));
  expect_named(journal->read(run_, sequence{3}, 9));
  EXPECT_EQ(journal->read(run_, first_sequence, 9).error().code, errc::trimmed);
}

TEST_F(TrimmedRunOnDisk, Rule07AMissingRecordThatNoAnchorCoversIsCorrupt) {
  erase("records", keys::record(run_, sequence{3}));
  const auto journal = opened();
  expect_named(journal->read(run_, sequence{3}, 9));
  expect_named(journal->tail({}, 99));
  EXPECT_EQ(journal->rebuild().error().code, errc::corrupt);
}

TEST_F(TrimmedRunOnDisk, Rule07AMissingOrDamagedOrReplacedCheckpointIsNamed) {
  const std::string key = keys::checkpoint({run_, sequence{2}});
  const std::string good = get("checkpoints", key);
  std::string bad = good;
  bad.back() = char(bad.back() ^ 1);
  put("checkpoints", key, bad);
  expect_named(anchored_checkpoint(*opened(), run_));
  EXPECT_EQ(opened()->erase_checkpoint({run_, sequence{2}}).error().code, errc::bad_input);

  put("checkpoints", key, good);
  EXPECT_TRUE(anchored_checkpoint(*opened(), run_).value());
  erase("checkpoints", key);
  expect_named(anchored_checkpoint(*opened(), run_));
  // What the anchor names may be brought back, and nothing else.
  const auto journal = opened();
  checkpoint_row other{{run_, sequence{2}}, {}, "other"};
  EXPECT_EQ(journal->put_checkpoint(other, journal->opened()).error().code, errc::bad_input);
  EXPECT_TRUE(put_checkpoint_at(*journal, {run_, sequence{2}}));
  EXPECT_TRUE(anchored_checkpoint(*journal, run_).value());
}

// Where a run begins is a row like others: it is made again from the records.
TEST_F(TrimmedRunOnDisk, Rule07WithoutTheRowOfItsAnchorARebuildFindsIt) {
  const auto place = open_journal(path_)->trimmed(run_).value();
  erase("rows", keys::anchor(run_));
  {
    const auto journal = opened();
    expect_named(journal->read(run_, first_sequence, 9));
    ASSERT_TRUE(journal->rebuild());
    EXPECT_EQ(journal->trimmed(run_).value(), place);
    EXPECT_EQ(journal->read(run_, first_sequence, 9).error().code, errc::trimmed);
  }
  put("rows", keys::anchor(run_), "malformed");
  const auto journal = opened();
  expect_named(journal->trimmed(run_));
  ASSERT_TRUE(journal->rebuild());
  EXPECT_EQ(journal->trimmed(run_).value(), place);
}

}  // namespace
}  // namespace theus::journal
