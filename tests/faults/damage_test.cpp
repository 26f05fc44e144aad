#include <cstdio>
#include <map>

#include "faults/journals.hpp"

// One flipped bit per 64 bytes of every file of a small journal, one at a time: refused by a typed
// error that names the file, or everything acknowledged reads back equal.
namespace theus::faults {
namespace {

namespace fs = std::filesystem;
using namespace journal;
using namespace journal::test;

class Damage : public ::testing::TestWithParam<shape> {
 protected:
  Damage() {
    make_journal(whole(), GetParam());
    expected_ = read_reference(whole(), folder_ / "reference");
  }

  fs::path whole() const { return folder_ / "whole"; }
  fs::path damaged() const { return folder_ / "damaged"; }

  temporary_folder folder_;
  content expected_;
};

// RocksDB writes OPTIONS and IDENTITY for people, and does not read them back.
bool for_people(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.starts_with("OPTIONS") || name == "IDENTITY";
}

TEST_P(Damage, AFlippedBitInAnyFileIsRefusedByNameOrHarmless) {
  struct tally {
    int flipped = 0, noticed = 0;
  };
  std::map<std::string, tally> tallies;
  const sample some(3), few(40);
  std::size_t step = 0;
  for (const fs::path& file : files_of(whole())) {
    const std::string bytes = load(whole() / file);
    for (std::size_t at = 0; at < bytes.size(); at += 64, ++step) {
      if (!(for_people(file) ? few : some).takes(step)) continue;
      copy_folder(whole(), damaged());
      std::string bad = bytes;
      const std::size_t place = flip_a_bit(bad, at, step);
      save(damaged() / file, bad);
      SCOPED_TRACE(file.string() + " byte " + std::to_string(place) + " bit " +
                   std::to_string(step % 8));
      const examined seen = examine(damaged(), expected_);
      tally& t = tallies[file.has_extension() ? file.extension().string() : file.string()];
      ++t.flipped;
      t.noticed += !seen.errors.empty();
      if (HasFailure()) return;
    }
  }
  for (const auto& [what, t] : tallies) {
    std::printf("%s: %d flipped, %d noticed\n", what.c_str(), t.flipped, t.noticed);
  }
}

TEST_P(Damage, AFileCutShortAnywhereIsRefusedByNameOrHarmless) {
  const sample some(29), few(997);
  std::size_t step = 0;
  for (const fs::path& file : files_of(whole())) {
    const std::string bytes = load(whole() / file);
    const std::size_t stride = file.extension() == ".sst" || for_people(file) ? 37 : 1;
    for (std::size_t kept = 0; kept < bytes.size(); kept += stride, ++step) {
      if (!(for_people(file) ? few : some).takes(step)) continue;
      copy_folder(whole(), damaged());
      save(damaged() / file, bytes.substr(0, kept));
      SCOPED_TRACE(file.string() + " cut to " + std::to_string(kept));
      examine(damaged(), expected_);
      if (HasFailure()) return;
    }
  }
}

// RocksDB 7.8 takes such a table for the end of its level (facebook/rocksdb#11782), unless told not
// to look for range deletions.
TEST_P(Damage, AnUnreadableFirstBlockOfAnyTableIsNoticed) {
  for (const fs::path& file : files_of(whole())) {
    if (file.extension() != ".sst") continue;
    copy_folder(whole(), damaged());
    std::string bad = load(whole() / file);
    bad[30] = char(bad[30] ^ 4);
    save(damaged() / file, bad);
    SCOPED_TRACE(file.string());
    for (const error& e : examine(damaged(), expected_).errors) {
      EXPECT_THAT(e.message, ::testing::HasSubstr(file.filename().string()));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Journal, Damage,
                         ::testing::Values(shape::log, shape::tables, shape::mixed,
                                           shape::compacted),
                         [](const auto& of) { return std::string(name(of.param)); });

}  // namespace
}  // namespace theus::faults
