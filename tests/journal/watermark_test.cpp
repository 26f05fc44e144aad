#include "watermark.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/support.hpp"

namespace theus::journal {
namespace {

using namespace test;
using ::testing::HasSubstr;

journal_head head_number(std::uint64_t commit) {
  journal_head h{commit, {}};
  h.chain.bytes.fill(std::uint8_t(commit * 3));
  return h;
}

class Watermark : public ::testing::Test {
 protected:
  Watermark() { watermark::create(path_).value(); }

  void write(std::uint64_t from, std::uint64_t through) {
    watermark mark = watermark::open(path_).value();
    for (std::uint64_t n = from; n <= through; ++n) mark.write(head_number(n)).value();
  }
  std::string content() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void replace(const std::string& content) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
  }
  journal_head promised() const { return watermark::open(path_).value().promised(); }

  temporary_folder folder_;
  std::filesystem::path path_ = folder_ / "watermark";
};

TEST_F(Watermark, ANewOnePromisesNothing) { EXPECT_EQ(promised(), journal_head()); }

TEST_F(Watermark, PromisesTheLastWritten) {
  for (std::uint64_t n = 1; n < 9; ++n) {
    write(n, n);
    EXPECT_EQ(promised(), head_number(n));
  }
}

TEST_F(Watermark, Rule06ATornWriteLeavesTheOneBefore) {
  write(1, 6);
  const std::string before = content();
  write(7, 7);
  const std::string after = content();
  for (std::size_t torn = 0; torn < 64; ++torn) {
    // Commit 7 lies in the second slot: its first `torn` bytes reached the disk.
    replace(before.substr(0, 512) + after.substr(512, torn) + before.substr(512 + torn));
    const journal_head found = promised();
    EXPECT_TRUE(found == head_number(6) || found == head_number(7)) << torn;
  }
}

TEST_F(Watermark, Rule06KeepsTheOneBeforeWhateverItsNumber) {
  for (const std::uint64_t step : {1u, 2u, 3u, 4u}) {
    watermark::create(path_).value();
    for (std::uint64_t n = step; n < 10 * step; n += step) {
      const std::string before = content();
      write(n + step, n + step);
      const std::string after = content();
      for (const std::size_t at : {std::size_t(0), std::size_t(512)}) {
        std::string torn = after;
        if (before.substr(at, 64) != after.substr(at, 64)) torn[at + 20] = char(torn[at + 20] ^ 1);
        replace(torn);
        const journal_head found = promised();
        EXPECT_TRUE(found == head_number(n + step) || found.commit == (n == step ? 0 : n)) << n;
        replace(after);
      }
    }
  }
}

TEST_F(Watermark, Rule06AFlippedBitNeverPromisesAnotherHead) {
  write(1, 7);
  const std::string whole = content();
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string bad = whole;
    bad[bit / 8] = char(bad[bit / 8] ^ (1 << bit % 8));
    replace(bad);
    const journal_head found = promised();
    EXPECT_TRUE(found == head_number(7) || found == head_number(6)) << bit;
  }
}

TEST_F(Watermark, Rule06AMissingOrDestroyedFileIsRefusedByName) {
  replace(std::string(576, '\0'));
  EXPECT_EQ(watermark::open(path_).error().code, errc::corrupt);
  replace("");
  EXPECT_EQ(watermark::open(path_).error().code, errc::corrupt);
  std::filesystem::remove(path_);
  const auto missing = watermark::open(path_);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, errc::corrupt);
  EXPECT_THAT(missing.error().message, HasSubstr(path_.string()));
}

}  // namespace
}  // namespace theus::journal
