#include "tidy.hpp"

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "process.hpp"

namespace theus::lint {
namespace {

struct trap {
  std::string name;
  std::string advice;
  std::string matcher;
  bool is_of_gcc = false;
};

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// Paragraphs of `# trap: <name>`, `# says: <advice>`, perhaps `# only: g++`, and a matcher that
// binds the name. Other paragraphs define what the matchers after them use; they have no name here.
std::vector<trap> read_traps(const std::string& path) {
  std::vector<trap> traps;
  bool is_new = true;
  for (const std::string& line : lines_of(path)) {
    if (line.empty()) {
      is_new = true;
      continue;
    }
    if (std::exchange(is_new, false)) traps.emplace_back();
    if (line.starts_with("# trap: ")) {
      traps.back().name = line.substr(8);
    } else if (line.starts_with("# says: ")) {
      traps.back().advice = line.substr(8);
    } else if (line == "# only: g++") {
      traps.back().is_of_gcc = true;
    } else if (line.starts_with("#")) {
      continue;
    } else {
      traps.back().matcher += line.substr(line.find_first_not_of(' ')) + " ";
    }
  }
  if (traps.empty()) throw std::runtime_error(path + ": names no traps");
  return traps;
}

// The reason in `// theus: allow <trap>: <reason>`; empty when there is none.
std::string reason_for(const std::vector<std::string>& lines, std::size_t line,
                       const std::string& trap) {
  const std::string wanted = "// theus: allow " + trap + ": ";
  for (std::size_t i = line >= 2 ? line - 2 : 0; i < line && i < lines.size(); ++i) {
    const std::size_t at = lines[i].find(wanted);
    if (at != std::string::npos) return lines[i].substr(at + wanted.size());
  }
  return {};
}

int tidy_one(const std::string& source, const tidy_options& options, const std::vector<trap>& traps,
             std::set<std::tuple<std::string, std::size_t, std::string>>& seen, std::ostream& out) {
  std::vector<std::string> command{options.query, "-p", options.compile_commands, "--extra-arg=-w",
                                   "--extra-arg=-DTHEUS_LINT_MARKS_ONLY"};
  for (const char* each : {"set output diag", "set bind-root false"}) {
    command.insert(command.end(), {"-c", each});
  }
  for (const trap& each : traps) {
    if (each.matcher.empty() || (each.is_of_gcc && !options.with_gcc)) continue;
    command.insert(command.end(), {"-c", each.matcher});
  }
  command.push_back(source);
  const process_result answer = run_process(command, true);
  static const std::regex failure(R"((^|\n)([^\n]*: (fatal )?error: [^\n]*|\d+:\d+: [^\n]*))");
  std::smatch why;
  if (std::regex_search(answer.output, why, failure)) {
    throw std::runtime_error(options.query + " on " + source + ": " + why.str(2));
  }
  if (answer.status != 0) {
    throw std::runtime_error(options.query + " cannot look at " + source + " (status " +
                             std::to_string(answer.status) + "; Debian package clang-tools-19)\n" +
                             answer.output);
  }

  int refused = 0;
  static const std::regex match(R"re(^(.+):(\d+):(\d+): note: "(\w+)" binds here$)re");
  std::istringstream output(answer.output);
  for (std::string line; std::getline(output, line);) {
    std::smatch parts;
    if (!std::regex_match(line, parts, match)) continue;
    const std::string file = parts[1];
    const std::size_t number = std::stoul(parts[2]);
    const auto found = std::find_if(traps.begin(), traps.end(),
                                    [&](const trap& each) { return each.name == parts[4]; });
    if (found == traps.end() || !seen.emplace(file, number, found->name).second) continue;
    const std::string reason = reason_for(lines_of(file), number, found->name);
    out << file << ':' << number << ": " << (reason.empty() ? "error: " : "") << "theus: "
        << (reason.empty() ? found->name + ": " + found->advice
                           : "'" + found->name + "' is allowed: " + reason)
        << '\n';
    if (reason.empty()) ++refused;
  }
  return refused;
}

}  // namespace

tidy_options parse_tidy(const std::vector<std::string>& arguments) {
  tidy_options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& each = arguments[i];
    if (each == "--gcc") {
      options.with_gcc = true;
      continue;
    }
    std::string* value = each == "-p"        ? &options.compile_commands
                         : each == "--traps" ? &options.traps
                         : each == "--query" ? &options.query
                                             : nullptr;
    if (!value) {
      if (each.starts_with("-")) throw std::runtime_error("tidy has no option " + each);
      options.sources.push_back(each);
    } else if (++i < arguments.size()) {
      *value = arguments[i];
    } else {
      throw std::runtime_error(each + " needs a value");
    }
  }
  if (options.compile_commands.empty() || options.traps.empty()) {
    throw std::runtime_error("tidy needs -p FOLDER and --traps FILE");
  }
  return options;
}

int tidy(const tidy_options& options, std::ostream& out) {
  const std::vector<trap> traps = read_traps(options.traps);
  std::set<std::tuple<std::string, std::size_t, std::string>> seen;
  int refused = 0;
  for (const std::string& each : options.sources) {
    refused += tidy_one(each, options, traps, seen, out);
  }
  if (refused != 0) {
    out << "theus: workflow sources hold traps; docs/determinism.md explains each, and how to "
           "allow one with a reason\n";
  }
  return refused;
}

}  // namespace theus::lint
