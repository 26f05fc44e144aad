#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "fuzz/seeds.hpp"
#include "fuzz/targets.hpp"

// Every input of the corpora once through its target: what a fuzzer found stays found in builds
// without one. To write the made seeds anew: THEUS_REWRITE=1 ./fuzz_corpus_test
namespace theus::fuzz {
namespace {

namespace files = std::filesystem;

files::path corpus_of(std::string_view target) { return files::path(THEUS_FUZZ_CORPUS) / target; }

std::string content_of(const files::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void run(const target& t, std::string_view bytes) {
  t.run({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

class FuzzCorpus : public ::testing::TestWithParam<target> {};

TEST_P(FuzzCorpus, KeepsItsPromises) {
  std::size_t inputs = 0;
  for (const auto& entry : files::directory_iterator(corpus_of(GetParam().name))) {
    SCOPED_TRACE(entry.path());
    run(GetParam(), content_of(entry.path()));
    ++inputs;
  }
  EXPECT_GE(inputs, 10u);
}

// Far more than a corpus should hold, made here.
TEST_P(FuzzCorpus, TenMegabytesOfOneByteAreNoTrouble) {
  for (const char byte : {'[', '{', '"', '\0', '\xFF', 'w'}) {
    run(GetParam(), std::string(10'000'000, byte));
  }
}

INSTANTIATE_TEST_SUITE_P(Target, FuzzCorpus,
                         ::testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& info) { return std::string(info.param.name); });

void expect_made(std::string_view target, const seeds& made) {
  for (const auto& [name, bytes] : made) {
    const auto path = corpus_of(target) / name;
    if (std::getenv("THEUS_REWRITE")) {
      files::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << bytes;
    }
    ASSERT_TRUE(files::exists(path)) << path;
    EXPECT_EQ(content_of(path), bytes) << path << " is not what it is made from";
  }
  for (const auto& entry : files::directory_iterator(corpus_of(target))) {
    const std::string name = entry.path().filename();
    EXPECT_TRUE(name.starts_with("found_") || made.contains(name)) << entry.path();
  }
}

TEST(FuzzSeeds, AreWhatTheyAreMadeFrom) {
  expect_made("record", record_seeds());
  expect_made("history", history_seeds());
  expect_made("frames", frames_seeds());
  expect_made("session", session_seeds());
  expect_made("json", json_seeds());
  expect_made("nodes", nodes_seeds());
  expect_made("packing", packing_seeds());
  expect_made("patch", patch_seeds());
  expect_made("rows", rows_seeds());
  expect_made("watermark", watermark_seeds());
}

}  // namespace
}  // namespace theus::fuzz
