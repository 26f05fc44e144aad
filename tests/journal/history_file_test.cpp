#include "theus/journal/history_file.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/support.hpp"

namespace theus::journal {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class History : public ::testing::Test {
 protected:
  History() : owner_(journal_->acquire_epoch().value()) {
    extend(*journal_, owner_, run_,
           {start_of("a", {activity(1), start_timer{{"", 2}, at_ms(9'000)}}, "request"),
            turn_of({completed(1)}, {activity(3)})});
  }

  std::string content() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void replace(const std::string& content) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
  }
  errc refusal() const {
    const auto read = read_history(path_);
    EXPECT_FALSE(read);
    return read ? errc{} : read.error().code;
  }

  temporary_folder folder_;
  std::filesystem::path path_ = folder_ / "run.history";
  std::unique_ptr<store> journal_ = make_memory_store();
  epoch owner_;
  run_id run_ = run_of("a");
};

TEST_F(History, MovesARunToAnotherJournalByteForByte) {
  write_history(path_, export_history(*journal_, run_).value()).value();
  const history read = read_history(path_).value();
  EXPECT_THAT(read.records, SizeIs(2));

  const auto other = make_memory_store();
  const epoch owner = other->acquire_epoch().value();
  import_history(*other, owner, read).value();
  EXPECT_EQ(export_history(*other, run_).value(), read);
  EXPECT_EQ(other->head_of(run_).value(), journal_->head_of(run_).value());
  EXPECT_EQ(rows_of(*other), rows_of(*journal_));
  const all_rows imported = rows_of(*other);
  other->rebuild().value();
  EXPECT_EQ(rows_of(*other), imported);
}

TEST_F(History, AnUnknownRunIsNotFound) {
  EXPECT_EQ(export_history(*journal_, run_of("b")).error().code, errc::not_found);
  EXPECT_EQ(read_history(folder_ / "none").error().code, errc::not_found);
}

TEST_F(History, ARunThatIsThereIsNotImportedAgain) {
  const history h = export_history(*journal_, run_).value();
  const auto again = import_history(*journal_, owner_, h);
  EXPECT_EQ(again.error().code, errc::workflow_exists);
  EXPECT_THAT(again.error().message, HasSubstr(run_.to_string()));
}

TEST_F(History, AHeldWorkflowIdIsRefusedNamingItsHolder) {
  const history h = export_history(*journal_, run_).value();
  const auto other = make_memory_store();
  const epoch owner = other->acquire_epoch().value();
  extend(*other, owner, run_of("a", 77), {start_of("a")});
  const auto refused = import_history(*other, owner, h);
  EXPECT_EQ(refused.error().code, errc::workflow_exists);
  EXPECT_THAT(refused.error().message, HasSubstr(run_of("a", 77).to_string()));
}

TEST_F(History, RecordsThatAreNoChainAreRefused) {
  history h = export_history(*journal_, run_).value();
  std::swap(h.records[0], h.records[1]);
  const auto other = make_memory_store();
  const epoch owner = other->acquire_epoch().value();
  EXPECT_EQ(import_history(*other, owner, h).error().code, errc::corrupt);
  std::swap(h.records[0], h.records[1]);
  h.run = run_of("b");
  EXPECT_EQ(import_history(*other, owner, h).error().code, errc::corrupt) << "another shard";
  EXPECT_EQ(import_history(*other, epoch{99}, export_history(*journal_, run_).value()).error().code,
            errc::stopped);
}

TEST_F(History, EveryFlippedBitAndEveryTruncationIsRefused) {
  write_history(path_, export_history(*journal_, run_).value()).value();
  const std::string whole = content();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string bad = whole;
    bad[at] = char(bad[at] ^ (1 << at % 8));
    replace(bad);
    const errc code = refusal();
    EXPECT_TRUE(code == errc::corrupt || (at < 8 && code == errc::bad_input) ||
                (at == 8 && code == errc::unknown_version))
        << at << " " << name(code);
    replace(whole.substr(0, at));
    refusal();
  }
}

TEST_F(History, Rule08ANewerVersionIsRefusedNamingBoth) {
  write_history(path_, export_history(*journal_, run_).value()).value();
  std::string newer = content();
  newer[8] = 4;
  replace(newer);
  const auto read = read_history(path_);
  EXPECT_EQ(read.error().code, errc::unknown_version);
  EXPECT_THAT(read.error().message, HasSubstr("version 4, this build reads up to 3"));
}

TEST_F(History, ItsSizeIsLimitedBothWays) {
  const history h = export_history(*journal_, run_).value();
  limits small;
  small.history_bytes = 100;
  EXPECT_EQ(export_history(*journal_, run_, small).error().code, errc::limit_exceeded);
  EXPECT_EQ(write_history(path_, h, small).error().code, errc::limit_exceeded);
  write_history(path_, h).value();
  EXPECT_EQ(read_history(path_, small).error().code, errc::limit_exceeded);
}

}  // namespace
}  // namespace theus::journal
