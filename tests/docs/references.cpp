#include "docs/references.hpp"

#include <cctype>
#include <regex>
#include <sstream>

namespace references {
namespace {

std::string without_blocks(const std::string& markdown) {
  std::istringstream lines(markdown);
  std::string kept;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      inside = !inside;
    } else if (!inside) {
      kept += line + "\n";
    }
  }
  return kept;
}

// The first group of every match.
std::vector<std::string> all_matches(const std::string& text, const char* pattern) {
  const std::regex what(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), what), end; at != end; ++at) {
    found.push_back((*at)[1]);
  }
  return found;
}

std::vector<std::string> inline_code(const std::string& markdown) {
  return all_matches(without_blocks(markdown), "`([^`\n]+)`");
}

}  // namespace

std::vector<std::string> relative_links(const std::string& markdown) {
  std::vector<std::string> found;
  for (auto& target : all_matches(without_blocks(markdown), R"(\]\(([^)\s]+)\))")) {
    if (target.find("://") == std::string::npos) found.push_back(std::move(target));
  }
  return found;
}

std::set<std::string> anchors(const std::string& markdown) {
  std::set<std::string> found;
  for (const auto& heading : all_matches(without_blocks(markdown), "(?:^|\n)#+ +([^\n]+)")) {
    std::string anchor;
    for (const char c : heading) {
      const auto byte = static_cast<unsigned char>(c);
      if (std::isalnum(byte) || c == '-' || c == '_' || byte >= 0x80) {
        anchor += static_cast<char>(std::tolower(byte));
      } else if (c == ' ') {
        anchor += '-';
      }
    }
    found.insert(anchor);
  }
  return found;
}

std::vector<std::string> tree_paths(const std::string& markdown,
                                    const std::set<std::string>& top_folders) {
  static const std::regex path(R"([A-Za-z0-9_.\-]+(/[A-Za-z0-9_.\-]*)+)");
  std::vector<std::string> found;
  for (auto& code : inline_code(markdown)) {
    if (std::regex_match(code, path) && top_folders.contains(code.substr(0, code.find('/')))) {
      found.push_back(std::move(code));
    }
  }
  return found;
}

std::vector<std::string> tests(const std::string& markdown) {
  static const std::regex name("[A-Z][A-Za-z0-9]+\\.[A-Za-z][A-Za-z0-9_]+");
  static const std::regex file(".*\\.(md|hpp|cpp|txt|json)");
  std::vector<std::string> found;
  for (auto& code : inline_code(markdown)) {
    if (std::regex_match(code, name) && !std::regex_match(code, file)) {
      found.push_back(std::move(code));
    }
  }
  return found;
}

std::vector<std::vector<std::string>> dev_commands(const std::string& markdown) {
  std::vector<std::vector<std::string>> found;
  for (const auto& text : all_matches(markdown, R"(\./dev +([^`\n#,;)|&]+))")) {
    std::istringstream words(text);
    std::vector<std::string> command;
    for (std::string word; words >> word;) command.push_back(word);
    if (!command.empty()) found.push_back(std::move(command));
  }
  return found;
}

std::set<std::string> commands_of(const std::string& script) {
  std::set<std::string> found;
  const auto last = script.rfind("\ncase ");
  if (last == std::string::npos) return found;
  for (auto& label : all_matches(script.substr(last), R"(\n  ([a-z]+)\))")) found.insert(label);
  return found;
}

std::vector<std::string> refusals_of(const std::string& header) {
  static const std::regex literals(
      R"((\w+)\(\s*"(theus: [^"]*"(?:\s*"[^"]*")*)|"(theus: [^"]*"(?:\s*"[^"]*")*))");
  static const std::regex seam(R"("\s*"|"$)");
  std::vector<std::string> found;
  for (std::sregex_iterator at(header.begin(), header.end(), literals), end; at != end; ++at) {
    if ((*at)[1].str().ends_with("_argument")) continue;
    const std::string text = (*at)[2].matched ? (*at)[2].str() : (*at)[3].str();
    found.push_back(std::regex_replace(text, seam, ""));
  }
  return found;
}

std::string expectation_of(const std::string& source) {
  const std::string start = "// expect: ";
  if (!source.starts_with(start)) return "";
  std::istringstream lines(source.substr(start.size()));
  std::string sentence, line;
  std::getline(lines, sentence);
  while (std::getline(lines, line) && line.starts_with("// ")) sentence += line.substr(2);
  return sentence;
}

std::set<std::string> tests_of(const std::string& source) {
  static const std::regex test(R"(TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\))");
  std::set<std::string> found;
  for (std::sregex_iterator at(source.begin(), source.end(), test), end; at != end; ++at) {
    found.insert((*at)[1].str() + "." + (*at)[2].str());
  }
  return found;
}

}  // namespace references
