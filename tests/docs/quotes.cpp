#include "docs/quotes.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace quotes {

std::vector<block> blocks_of(const std::string& markdown) {
  std::vector<block> blocks;
  std::istringstream lines(markdown);
  std::string file, region;
  bool inside = false;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (inside) {
      inside = !line.starts_with("```");
      if (inside) blocks.back().text += line + "\n";
    } else if (line.starts_with("```")) {
      blocks.push_back({number, line.substr(3), file, region, ""});
      inside = true;
      file = region = "";
    } else if (line.starts_with("<!-- quote ")) {
      std::istringstream words(line);
      std::string comment, quote;
      words >> comment >> quote >> file >> region;
    }
  }
  return blocks;
}

// Its marks may be indented; so much is then taken from each line.
std::string region_of(const std::string& source, const std::string& name) {
  std::istringstream lines(source);
  std::string text;
  bool inside = false, found = false;
  std::size_t indent = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    const std::string_view words = std::string_view(line).substr(blanks);
    if (words == "// [docs:" + name + "]") {
      inside = found = true;
      indent = blanks;
    } else if (words == "// [docs:end]") {
      inside = false;
    } else if (inside) {
      text += line.substr(std::min(indent, blanks)) + "\n";
    }
  }
  if (!found) throw std::runtime_error("no region [docs:" + name + "]");
  return text;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace quotes
