#include <gmock/gmock.h>

#include "journal/content.hpp"

// While RocksDB flushes there are two logs, and a process may be killed then. What the older one
// lost must not be passed over because the newer one goes on.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::AllOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

constexpr std::size_t log_bytes = 4 * 1024 * 1024;  // then RocksDB begins another
constexpr std::size_t block_bytes = 32 * 1024;      // of a log
constexpr std::size_t length_at = 5;                // its upper byte, in a header of a log

class TwoLogs : public ::testing::Test {
 protected:
  // What a kill during a flush leaves: the list of tables as it was before; the log that is being
  // flushed, kept by a link when RocksDB removes it; the log that commits go to meanwhile.
  static void SetUpTestSuite() {
    // RocksDB now and then begins another log in between, which is then missing.
    for (int i = 0; i < 5; ++i) {
      made_ = std::make_unique<journals>();
      const temporary_folder whole;
      copy_folder(made_->killed(), whole / "journal");
      if (open_rocksdb_store(whole / "journal")) return;
    }
  }
  static void TearDownTestSuite() { made_.reset(); }

  struct journals {
    journals() {
      const fs::path live = folder / "live";
      append(*open_journal(live), 10);
      const auto journal = open_journal(live);
      in_tables = commits();
      mark_of_tables = load(live / "watermark");
      older = newest_log(live).filename();
      copy_folder(live, killed());
      fs::remove(killed() / "db" / older);
      fs::create_hard_link(live / "db" / older, killed() / "db" / older);
      const auto size = [&] { return fs::file_size(killed() / "db" / older); };
      while (size() < log_bytes - 128 * 1024) append(*journal, 100 * 1024);
      append(*journal, log_bytes - block_bytes / 4 - size());
      for (;;) {
        const std::size_t begins = size();
        append(*journal, 1'500);
        if (newest_log(live).filename() != older) break;
        small.push_back({commits(), begins, size(), load(live / "watermark")});
      }
      append(*journal, 10);
      newer = newest_log(live).filename();
      fs::copy_file(live / "db" / newer, killed() / "db" / newer);
      fs::copy_file(live / "watermark", killed() / "watermark",
                    fs::copy_options::overwrite_existing);
    }

    fs::path killed() const { return folder / "killed"; }
    std::uint64_t commits() const { return records + epochs; }

    void append(store& to, std::size_t bytes) {
      if (!owner) owner = to.acquire_epoch().value(), ++epochs;
      const run_id run = run_of("w");
      record r = records == 0 ? start_of("w") : turn_of({cancel_requested{}}, {});
      std::get<turn>(r.body).events.push_back(
          signal_received{"s", payload(bytes, 'x'), std::nullopt, ""});
      if (extend(to, *owner, run, {std::move(r)}).status != append_status::committed) {
        throw std::runtime_error("not committed");
      }
      ++records;
    }

    struct commit {
      std::uint64_t number;
      std::size_t begins, ends;  // in the older log
      std::string mark;          // the watermark behind it
    };

    temporary_folder folder;
    std::optional<epoch> owner;
    std::uint64_t records = 0, epochs = 0;
    std::uint64_t in_tables = 0;  // commits
    std::string mark_of_tables;
    fs::path older, newer;
    std::vector<commit> small;  // the last ones of the older log
  };

  static const journals& made() { return *made_; }
  fs::path journal() const { return folder_ / "journal"; }
  fs::path older() const { return journal() / "db" / made().older; }
  std::string content_of_older() const { return load(made().killed() / "db" / made().older); }

  // A copy with another older log.
  void lay_out(const std::string& log) const {
    copy_folder(made().killed(), journal());
    save(older(), log);
  }

  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(journal())) {
      if (!entry.is_regular_file() || entry.path().filename() == "lock") continue;
      if (entry.path().filename() == "LOCK") continue;
      found[fs::relative(entry.path(), journal())] = load(entry.path());
    }
    return found;
  }

  void expect_refused(std::uint64_t first_missing) const {
    const auto before = files();
    for (int i = 0; i < 2; ++i) {
      const auto opened = open_rocksdb_store(journal());
      ASSERT_FALSE(opened) << "commits are missing unnoticed";
      EXPECT_EQ(opened.error().code, errc::corrupt);
      EXPECT_THAT(opened.error().message,
                  AllOf(HasSubstr(journal().string()),
                        HasSubstr("commits " + std::to_string(first_missing) + " to " +
                                  std::to_string(made().small.back().number) + " are missing"),
                        HasSubstr(made().newer.string())));
      EXPECT_TRUE(files() == before) << "something was written";
    }
  }

  // What lies behind commit `last` was not acknowledged.
  void expect_ends_with(std::uint64_t last) const {
    const run_id run = run_of("w");
    sequence at{};
    {
      const auto opened = open_journal(journal());
      at = opened->head_of(run).value()->at;
      EXPECT_EQ(number(at), last - made().epochs);
      EXPECT_EQ(opened->read(run, first_sequence, 10'000).value().size(), number(at));
      const epoch owner = opened->acquire_epoch().value();
      EXPECT_EQ(extend(*opened, owner, run, {turn_of({}, {})}).status, append_status::committed);
      ASSERT_TRUE(opened->rebuild());
    }
    EXPECT_EQ(open_journal(journal())->head_of(run).value()->at, next(at));
  }

 private:
  static inline std::unique_ptr<journals> made_;
  temporary_folder folder_;
};

TEST_F(TwoLogs, AreBothApplied) {
  ASSERT_GE(made().small.size(), 4u);
  lay_out(content_of_older());
  expect_ends_with(made().commits());
}

TEST_F(TwoLogs, Rule06ALengthThatFlippedInTheOlderOneIsRefusedNamingTheMissingCommits) {
  const std::string log = content_of_older();
  const std::size_t last_block = log.size() / block_bytes * block_bytes;
  int tried = 0;
  for (const auto& each : made().small) {
    if (each.begins < last_block) continue;
    SCOPED_TRACE("commit " + std::to_string(each.number));
    std::string bad = log;
    bad[each.begins + length_at] = char(bad[each.begins + length_at] ^ 0x40);
    lay_out(bad);
    expect_refused(each.number);
    if (HasFailure()) return;
    ++tried;
  }
  EXPECT_GE(tried, 1);
}

TEST_F(TwoLogs, Rule06AnOlderOneThatLostAcknowledgedBytesIsRefusedNamingTheMissingCommits) {
  const std::string log = content_of_older();
  for (const auto& each : made().small) {
    for (const std::size_t kept : {each.begins, each.begins + 5, each.ends - 1}) {
      SCOPED_TRACE("commit " + std::to_string(each.number) + ", kept " + std::to_string(kept));
      lay_out(log.substr(0, kept));
      expect_refused(each.number);
      if (HasFailure()) return;
    }
  }
  for (const std::size_t kept : {0u, 5u, 500u}) {
    SCOPED_TRACE("kept " + std::to_string(kept));
    lay_out(log.substr(0, kept));
    expect_refused(made().in_tables + 1);
  }
}

// A power cut may keep pages of the newer log and lose pages of the older one.
TEST_F(TwoLogs, Rule06WhatFollowsALossThatWasNotAcknowledgedIsDropped) {
  const std::string log = content_of_older();
  for (std::size_t i = 0; i + 1 < made().small.size(); ++i) {
    const auto& each = made().small[i];
    for (const std::size_t kept : {each.ends, each.ends + 5, made().small[i + 1].ends - 1}) {
      SCOPED_TRACE("commit " + std::to_string(each.number) + ", kept " + std::to_string(kept));
      lay_out(log.substr(0, kept));
      save(journal() / "watermark", each.mark);
      expect_ends_with(each.number);
      if (HasFailure()) return;
    }
  }
  lay_out("");
  save(journal() / "watermark", made().mark_of_tables);
  expect_ends_with(made().in_tables);
}

}  // namespace
}  // namespace theus::journal
