#include "docs/quotes.hpp"

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

const fs::path root = THEUS_SOURCE_DIR;

std::vector<fs::path> documents() {
  std::vector<fs::path> found = {root / "README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  }
  return found;
}

TEST(Quotes, AreWhatTheSourceSays) {
  std::size_t compared = 0;
  for (const fs::path& document : documents()) {
    for (const quotes::block& block : quotes::blocks_of(quotes::text_of(document))) {
      if (block.file.empty()) continue;
      SCOPED_TRACE(document.string() + ":" + std::to_string(block.line) + " quotes " + block.file +
                   " " + block.region);
      EXPECT_EQ(block.text, quotes::region_of(quotes::text_of(root / block.file), block.region));
      ++compared;
    }
  }
  EXPECT_GE(compared, 5u);
}

TEST(Quotes, ReadmeAndTutorialShowOnlyCodeThatIsCompiled) {
  for (const char* name : {"README.md", "docs/tutorial.md"}) {
    for (const quotes::block& block : quotes::blocks_of(quotes::text_of(root / name))) {
      EXPECT_FALSE(block.language == "cpp" && block.file.empty())
          << name << ":" << block.line << ": say where it is cut from: <!-- quote FILE REGION -->";
    }
  }
}

TEST(Quotes, ABlockThatDiffersIsFound) {
  const auto blocks = quotes::blocks_of(
      "text\n<!-- quote a.cpp part -->\n```cpp\nint x = 2;\n```\n```sh\nls\n```\n");
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0].file, "a.cpp");
  EXPECT_EQ(blocks[0].line, 3u);
  EXPECT_EQ(blocks[1].file, "");
  const std::string source = "a\n// [docs:part]\nint x = 1;\n// [docs:end]\nb\n";
  EXPECT_EQ(quotes::region_of(source, "part"), "int x = 1;\n");
  EXPECT_NE(quotes::region_of(source, "part"), blocks[0].text);
  EXPECT_THROW(quotes::region_of(source, "other"), std::runtime_error);
  const std::string indented = "{\n  // [docs:part]\n  if (x)\n\n    y();\n  // [docs:end]\n}\n";
  EXPECT_EQ(quotes::region_of(indented, "part"), "if (x)\n\n  y();\n");
}

}  // namespace
