#include "faults/journals.hpp"

// The end of the write-ahead log, cut or overwritten at every byte. What the watermark names was
// acknowledged: a log without it is refused. What lies behind was not: it goes, or stays whole, and
// the journal opens and goes on.
namespace theus::faults {
namespace {

namespace fs = std::filesystem;
using namespace journal;
using namespace journal::test;

constexpr int last_commits = 4;

class TornLog : public ::testing::Test {
 protected:
  // `bytes_[i]` is the log's length and `marks_[i]` the watermark after the i-th commit.
  TornLog() {
    const auto journal = open_journal(whole());
    const epoch owner = journal->acquire_epoch().value();
    append_round(*journal, owner, 0);
    note(*journal);
    for (int i = 0; i < last_commits; ++i) {
      std::vector<record> records{turn_of({cancel_requested{std::string(100 * i, 'c')}},
                                          {activity(std::uint32_t(100 + i))})};
      const auto answer = extend(*journal, owner, nth_run(i % 3), std::move(records));
      if (answer.status != append_status::committed) throw std::runtime_error("not committed");
      note(*journal);
    }
    log_ = fs::relative(newest_log(whole()), whole());
  }

  fs::path whole() const { return folder_ / "whole"; }
  fs::path damaged() const { return folder_ / "damaged"; }

  void note(store& journal) {
    bytes_.push_back(fs::file_size(newest_log(whole())));
    marks_.push_back(load(whole() / "watermark"));
    std::vector<error> refused;
    contents_.push_back(read_content(journal, every_run(), refused));
  }

  // A copy with another log, of which `acknowledged` of the last commits had been promised.
  void lay_out(const std::string& log, int acknowledged) const {
    copy_folder(whole(), damaged());
    save(damaged() / log_, log);
    save(damaged() / "watermark", marks_[std::size_t(acknowledged)]);
  }
  void expect_refused(const std::string& log, int acknowledged) const {
    lay_out(log, acknowledged);
    for (int i = 0; i < 2; ++i) {  // and refusing changes nothing
      const examined seen = examine(damaged(), contents_.back());
      ASSERT_TRUE(seen.refused);
      EXPECT_THAT(seen.errors[0].message,
                  ::testing::AnyOf(::testing::HasSubstr(log_.filename().string()),
                                   ::testing::HasSubstr("was acknowledged")));
    }
  }
  void expect_dropped(const std::string& log, int acknowledged) const {
    lay_out(log, acknowledged);
    expect_goes_on(damaged(), contents_[std::size_t(acknowledged)]);
  }

  temporary_folder folder_;
  std::vector<std::size_t> bytes_;
  std::vector<std::string> marks_;
  std::vector<content> contents_;
  fs::path log_;
};

TEST_F(TornLog, Rule06CutAtEveryByteOfAcknowledgedRecordsIsRefusedByName) {
  const std::string log = load(whole() / log_);
  const sample some(19);
  for (std::size_t kept = bytes_[0]; kept < log.size(); ++kept) {
    if (!some.takes(kept)) continue;
    SCOPED_TRACE("kept " + std::to_string(kept));
    expect_refused(log.substr(0, kept), last_commits);
    if (HasFailure()) return;
  }
}

TEST_F(TornLog, Rule06CutAtEveryByteBehindTheWatermarkIsDropped) {
  const std::string log = load(whole() / log_);
  const sample some(67);
  for (int acknowledged = 0; acknowledged < last_commits; ++acknowledged) {
    for (std::size_t kept = bytes_[std::size_t(acknowledged)]; kept <= log.size(); ++kept) {
      if (!some.takes(kept)) continue;
      SCOPED_TRACE(std::to_string(acknowledged) + " acknowledged, kept " + std::to_string(kept));
      expect_dropped(log.substr(0, kept), acknowledged);
      if (HasFailure()) return;
    }
  }
}

// What a sector or the rest of the file may hold when the power went.
std::vector<std::pair<std::string, std::string>> fillings(std::size_t size) {
  std::mt19937 random(7);
  std::string noise(size, '\0');
  for (char& c : noise) c = char(random());
  std::string type_one(size, '\1');  // looks like headers of records
  return {{"zeros", std::string(size, '\0')},
          {"ones", std::string(size, '\xff')},
          {"noise", noise},
          {"headers", type_one}};
}

TEST_F(TornLog, Rule06GarbageBehindTheWatermarkIsDropped) {
  const std::string log = load(whole() / log_);
  const sample some(509), few(3);
  std::size_t step = 0;
  for (int acknowledged = 0; acknowledged <= last_commits; ++acknowledged) {
    const std::size_t safe = bytes_[std::size_t(acknowledged)];
    for (const std::size_t more : {1u, 6u, 7u, 100u, 512u, 4'096u, 40'000u}) {
      for (const auto& [what, filling] : fillings(more)) {
        if (!few.takes(step++)) continue;
        SCOPED_TRACE(std::to_string(acknowledged) + " acknowledged, then " + std::to_string(more) +
                     " bytes of " + what);
        expect_dropped(log.substr(0, safe) + filling, acknowledged);
        if (HasFailure()) return;
        expect_dropped(log + filling, acknowledged);
        if (HasFailure()) return;
      }
    }
    for (std::size_t from = safe; from < log.size(); ++from) {
      if (!some.takes(from)) continue;
      for (const std::size_t length : {log.size() - from, std::size_t(512)}) {
        for (const auto& [what, filling] : fillings(std::min(length, log.size() - from))) {
          SCOPED_TRACE(std::to_string(acknowledged) + " acknowledged, from byte " +
                       std::to_string(from) + " " + std::to_string(length) + " bytes of " + what);
          std::string bad = log;
          bad.replace(from, filling.size(), filling);
          expect_dropped(bad, acknowledged);
          if (HasFailure()) return;
        }
      }
    }
  }
}

TEST_F(TornLog, Rule06GarbageInsteadOfAcknowledgedRecordsIsRefusedByName) {
  const std::string log = load(whole() / log_);
  const sample some(211);
  for (std::size_t from = 0; from + 1 < log.size(); ++from) {
    if (!some.takes(from)) continue;
    for (const auto& [what, filling] : fillings(std::min<std::size_t>(512, log.size() - from))) {
      SCOPED_TRACE("from byte " + std::to_string(from) + " " + what);
      std::string bad = log;
      bad.replace(from, filling.size(), filling);
      if (bad == log) continue;
      expect_refused(bad, last_commits);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace theus::faults
