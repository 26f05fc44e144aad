#pragma once

#include <filesystem>
#include <string>
#include <vector>

// Code blocks of the documentation are cut from programs that are compiled. A comment names where a
// block comes from:
//
//   <!-- quote sdk/examples/readme/main.cpp workflow -->
//   ```cpp
//   …
//   ```
//
// and stands before what that file has between `// [docs:workflow]` and `// [docs:end]`.
namespace quotes {

struct block {
  std::size_t line = 0;  // of the opening fence, counted from 1
  std::string language;
  std::string file;  // "" when no comment names one
  std::string region;
  std::string text;
};

std::vector<block> blocks_of(const std::string& markdown);

// The lines of a marked region, each with its line end. Throws std::runtime_error without one.
std::string region_of(const std::string& source, const std::string& name);

std::string text_of(const std::filesystem::path& file);

}  // namespace quotes
