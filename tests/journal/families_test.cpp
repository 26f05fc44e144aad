#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/journal/codec.hpp"

#include "journal/bare_database.hpp"
#include "journal/support.hpp"

// Journals whose database has fewer column families than this build's.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using names = std::vector<std::string>;

const names before_checkpoints{"default", "records", "log", "rows", "kept"};

class Families : public ::testing::TestWithParam<names> {
 protected:
  Families() {
    const auto journal = open_journal(path());
    const epoch owner = journal->acquire_epoch().value();
    extend(*journal, owner, run_, {start_of("a", {activity(1), start_timer{{"", 2}, at_ms(9)}})});
    extend(*journal, owner, run_, {turn_of({completed(1)}, {activity(3)})});
    rows_ = rows_of(*journal);
  }

  std::filesystem::path path() const { return folder_ / "journal"; }
  // Moves the journal's rows into a database that never had any other family.
  void leave_only(const names& families) {
    {
      const bare_database whole(path() / "db");
      const bare_database part(folder_ / "part", families);
      whole.copy_all_to(part);
    }
    std::filesystem::remove_all(path() / "db");
    std::filesystem::rename(folder_ / "part", path() / "db");
    std::filesystem::remove(path() / "manifest");
    ASSERT_THAT(bare_database::families_of(path() / "db"), SizeIs(families.size()));
  }

  temporary_folder folder_;
  const run_id run_ = run_of("a");
  all_rows rows_;
};

TEST_P(Families, ThatCameLaterAreMadeWhenTheJournalIsOpened) {
  leave_only(GetParam());
  const std::string bytes = "apple";
  const hash256 hash = hash_of({reinterpret_cast<const std::uint8_t*>(bytes.data()), 5});
  const checkpoint_row row{{run_, sequence{2}}, {hash}, "x"};
  for (int opened = 0; opened < 3; ++opened) {
    const auto journal = open_journal(path());
    EXPECT_THAT(journal->read(run_, first_sequence, 10).value(), SizeIs(2 + opened));
    EXPECT_EQ(rows_of(*journal), rows_);
    EXPECT_THAT(journal->checkpoints(run_, 10).value(), SizeIs(opened == 0 ? 0 : 1));
    const stored_node node{hash, bytes};
    ASSERT_TRUE(journal->put_nodes({&node, 1}, journal->opened()));
    ASSERT_TRUE(journal->put_checkpoint(row, journal->opened()));
    const epoch owner = journal->acquire_epoch().value();
    EXPECT_EQ(extend(*journal, owner, run_, {turn_of({}, {})}).status, append_status::committed);
    EXPECT_EQ(journal->checkpoint(row.id).value(), row);
  }
}

names and_nodes() {
  names all = before_checkpoints;
  all.push_back("nodes");
  return all;
}

// The second is what a process leaves that dies between making one and making the other.
INSTANTIATE_TEST_SUITE_P(Every, Families, ::testing::Values(before_checkpoints, and_nodes()),
                         [](const auto& each) { return std::to_string(each.param.size()); });

class LostFamilies : public Families {};

TEST_P(LostFamilies, AreNotMadeAnew) {
  leave_only(GetParam());
  const auto opened = open_rocksdb_store(path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::corrupt);
  EXPECT_THAT(opened.error().message, HasSubstr("Column family not found"));
}

INSTANTIATE_TEST_SUITE_P(Every, LostFamilies,
                         ::testing::Values(names{"default", "records", "log", "rows"},
                                           names{"default", "log", "rows", "kept"},
                                           names{"default", "records", "log", "kept", "nodes",
                                                 "checkpoints"}));

}  // namespace
}  // namespace theus::journal
