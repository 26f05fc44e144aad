#include <fstream>

#include <gtest/gtest.h>

#include "theus/runtime/blobs.hpp"

#include "journal/support.hpp"
#include "runtime/support/sanitized.hpp"

// What a blob takes of memory does not grow with it.
namespace theus::test {
namespace {

std::size_t most_memory_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "VmHWM:") continue;
    std::size_t kib = 0;
    status >> kib;
    return kib;
  }
  return 0;
}

// No two chunks are alike.
std::uint64_t word_at(std::uint64_t i) {
  std::uint64_t x = i * 0x9E37'79B9'7F4A'7C15;
  x ^= x >> 29;
  x *= 0xBF58'476D'1CE4'E5B9;
  return x ^ x >> 32;
}

TEST(BlobSize, AGibibyteIsStreamedInAndOutInThirtyTwoMebibytes) {
  const std::uint64_t size = std::uint64_t{1} << 30;
  const journal::test::temporary_folder folder;
  const auto store = journal::test::open_journal(folder / "journal");
  node_archive archive(*store);
  blob_store blobs(archive);
  std::vector<std::uint64_t> piece(32 * 1024);
  const auto bytes = std::as_writable_bytes(std::span(piece));
  // What RocksDB takes for writes and reads of any size comes first.
  for (int i = 0; i < 2; ++i) {
    blob_writer to = blobs.create();
    for (std::uint64_t at = 0; at < 64 * bytes.size(); at += bytes.size()) {
      for (std::size_t w = 0; w < piece.size(); ++w) piece[w] = ~word_at(at / 8 + w);
      to.write(bytes).value();
    }
    const pinned_blob warm = to.finish().value();
    blob_reader from = blobs.open(warm).value();
    for (std::uint64_t at = 0; at < from.size(); at += bytes.size()) from.read(at, bytes).value();
  }
  const std::size_t before = most_memory_kib();
  blob_writer to = blobs.create();
  for (std::uint64_t at = 0; at < size; at += bytes.size()) {
    for (std::size_t w = 0; w < piece.size(); ++w) piece[w] = word_at(at / 8 + w);
    ASSERT_TRUE(to.write(bytes));
  }
  const pinned_blob made = to.finish().value();
  ASSERT_EQ(made.get().size, size);
  blob_reader from = blobs.open(made).value();
  for (std::uint64_t at = 0; at < size; at += bytes.size()) {
    ASSERT_EQ(from.read(at, bytes).value(), bytes.size());
    for (std::size_t w = 0; w < piece.size(); ++w) ASSERT_EQ(piece[w], word_at(at / 8 + w));
  }
  const std::size_t extra = most_memory_kib() - before;
  std::printf("%zu KiB more than before\n", extra);
#ifndef THEUS_SANITIZED
  EXPECT_LT(extra, 32u * 1024u);
#endif
}

}  // namespace
}  // namespace theus::test
