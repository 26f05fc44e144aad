#include <sys/stat.h>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/support.hpp"

// What only a folder on disk has: opening, closing, locking, versions.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class Folder : public ::testing::Test {
 protected:
  void write(const char* name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary | std::ios::trunc) << content;
  }
  void use() const {
    const auto journal = open_journal(path_);
    const epoch owner = journal->acquire_epoch().value();
    extend(*journal, owner, run_of("a"), {start_of("a", {activity(1)})});
  }
  error refusal() const {
    const auto opened = open_rocksdb_store(path_);
    EXPECT_FALSE(opened);
    return opened ? error{} : opened.error();
  }

  temporary_folder folder_;
  std::filesystem::path path_ = folder_ / "journal";
};

TEST_F(Folder, IsMadeForItsOwnerOnly) {
  open_journal(path_);
  struct stat info{};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0700u);
}

TEST_F(Folder, ReopeningKeepsEverything) {
  head last;
  all_rows rows;
  epoch owner{};
  const run_id run = run_of("a");
  {
    const auto journal = open_journal(path_);
    owner = journal->acquire_epoch().value();
    extend(*journal, owner, run,
           {start_of("a", {activity(1), send_signal{{"", 2}, "b", "hello", "1"},
                           send_signal{{"", 3}, "b", "hello", "2"}}),
            turn_of({}, {start_timer{{"", 4}, at_ms(9'000)}})});
    journal->acknowledge({run, {"", 2}}).value();
    last = *journal->head_of(run).value();
    rows = rows_of(*journal);
    EXPECT_THAT(rows.messages, SizeIs(1));
  }
  for (int i = 0; i < 2; ++i) {
    const auto journal = open_journal(path_);
    EXPECT_EQ(journal->head_of(run).value(), last);
    EXPECT_EQ(rows_of(*journal), rows);
    EXPECT_THAT(journal->tail({}, 10).value(), SizeIs(2));
    const epoch younger = journal->acquire_epoch().value();
    EXPECT_GT(younger, owner);
    owner = younger;
  }
}

TEST_F(Folder, OpenedTwiceInOneProcessIsRefusedNamingIt) {
  const auto first = open_journal(path_);
  const error second = refusal();
  EXPECT_EQ(second.code, errc::journal_in_use);
  EXPECT_THAT(second.message,
              AllOf(HasSubstr(path_.string()), HasSubstr("process " + std::to_string(::getpid()))));
}

TEST_F(Folder, Rule08ANewerFormatIsRefusedNamingBoth) {
  use();
  write("format", "theus journal 5\n");
  const error refused = refusal();
  EXPECT_EQ(refused.code, errc::unknown_version);
  EXPECT_THAT(refused.message, HasSubstr("names format level 5, this build reads up to 4"));
}

TEST_F(Folder, Rule08AnOlderFormatIsRaisedWhenItIsOpened) {
  use();
  write("format", "theus journal 1\n");
  use();
  std::ifstream format(path_ / "format");
  std::string line;
  std::getline(format, line);
  EXPECT_EQ(line, "theus journal 4");
}

TEST_F(Folder, ADamagedOrMissingFormatIsRefusedByName) {
  use();
  for (const char* content : {"", "theus journal\n", "theus journal 0\n", "theus journal 1",
                              "theus journal 1x\n", "theus journal 99999999999999\n"}) {
    write("format", content);
    EXPECT_EQ(refusal().code, errc::corrupt) << content;
    EXPECT_THAT(refusal().message, HasSubstr((path_ / "format").string()));
  }
  std::filesystem::remove(path_ / "format");
  EXPECT_EQ(refusal().code, errc::corrupt);
  std::filesystem::remove(path_ / "watermark");
  EXPECT_EQ(refusal().code, errc::corrupt) << "the database is not empty";
}

TEST_F(Folder, Rule06AMissingWatermarkIsRefusedByName) {
  use();
  std::filesystem::remove(path_ / "watermark");
  const error refused = refusal();
  EXPECT_EQ(refused.code, errc::corrupt);
  EXPECT_THAT(refused.message, HasSubstr((path_ / "watermark").string()));
}

TEST_F(Folder, Rule06WatermarkBeyondRecoveredIsRefusedByName) {
  use();
  const temporary_folder copy;
  std::filesystem::copy(path_, copy / "older", std::filesystem::copy_options::recursive);
  use();
  // The database of yesterday under the watermark of today.
  std::filesystem::remove_all(path_ / "db");
  std::filesystem::copy(copy / "older" / "db", path_ / "db",
                        std::filesystem::copy_options::recursive);
  const error refused = refusal();
  EXPECT_EQ(refused.code, errc::corrupt);
  EXPECT_THAT(refused.message, AllOf(HasSubstr(path_.string()), HasSubstr("commit 3"),
                                     HasSubstr("only 2 can be read")));
}

TEST_F(Folder, Rule06AnotherHistoryOfTheSameLengthIsRefused) {
  use();
  const temporary_folder other;
  {
    const auto journal = open_journal(other / "journal");
    extend(*journal, journal->acquire_epoch().value(), run_of("b"), {start_of("b")});
  }
  std::filesystem::copy_file(other / "journal" / "watermark", path_ / "watermark",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(refusal().message, HasSubstr("commit 2 is not the one that was acknowledged"));
}

TEST_F(Folder, ACreationThatWasCutShortIsFinished) {
  open_journal(path_);
  std::filesystem::remove(path_ / "format");  // written last
  EXPECT_TRUE(open_rocksdb_store(path_));
  std::filesystem::remove(path_ / "format");
  std::filesystem::remove(path_ / "watermark");
  EXPECT_TRUE(open_rocksdb_store(path_));
  EXPECT_TRUE(std::filesystem::exists(path_ / "format"));
}

TEST_F(Folder, APathThatCannotBeMadeIsAnIoErrorNamingIt) {
  std::ofstream(folder_ / "file") << "x";
  path_ = folder_ / "file" / "journal";
  const error refused = refusal();
  EXPECT_EQ(refused.code, errc::io_error);
  EXPECT_THAT(refused.message, HasSubstr(path_.string()));
}

}  // namespace
}  // namespace theus::journal
