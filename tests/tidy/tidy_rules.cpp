#include "tidy_rules.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

namespace tidy {
namespace {

constexpr std::size_t max_columns = 100;
constexpr std::size_t max_lines = 500;

// Lowest first; a layer may include itself and the ones before it.
const std::vector<std::string> layers = {"journal", "runtime", "sdk", "replay-tool"};

struct include {
  std::size_t line = 0;  // counted from 1
  std::string header;
  bool quoted = false;
};

bool ends_with_any(std::string_view path, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return path.ends_with(end); });
}

bool is_cpp(std::string_view path) { return ends_with_any(path, {".cpp", ".hpp"}); }

bool is_source(std::string_view path) {
  return is_cpp(path) ||
         ends_with_any(path, {".capnp", ".cmake", ".in", "CMakeLists.txt", ".sh"}) ||
         path == "dev" || path == ".ci/run" || path.ends_with("/demo");
}

std::vector<include> includes_of(const file& f) {
  std::vector<include> found;
  for (std::size_t i = 0; i < f.lines.size(); ++i) {
    std::string_view line = f.lines[i];
    if (!line.starts_with("#include ") || line.size() < 11) continue;
    line.remove_prefix(9);
    bool quoted = line.front() == '"';
    std::size_t end = line.find(quoted ? '"' : '>', 1);
    if (end == line.npos) continue;
    found.push_back({i + 1, std::string(line.substr(1, end - 1)), quoted});
  }
  return found;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

std::optional<std::size_t> layer_of(std::string_view path) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (path.starts_with(layers[i] + "/")) return i;
  }
  return std::nullopt;
}

// The library's own sources, as against the programs under sdk/examples.
bool is_library(std::string_view path) {
  return layer_of(path) && path.find("/examples/") == path.npos;
}

std::string at(const file& f, std::size_t line) {
  return f.path + ":" + std::to_string(line) + ": ";
}

// Columns as a reader counts them: continuation bytes of UTF-8 take no room.
std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

tree read_tree(const std::filesystem::path& root) {
  tree files;
  const std::set<std::string> not_text = {".png", ".gz", ".bin", ".journal"};
  for (auto it = std::filesystem::recursive_directory_iterator(root);
       it != std::filesystem::recursive_directory_iterator(); ++it) {
    std::string path = it->path().lexically_relative(root).generic_string();
    if (it->is_directory()) {
      bool hidden = it->path().filename().string().starts_with('.') && path != ".ci";
      if (hidden || path == "build") it.disable_recursion_pending();
      continue;
    }
    if (path.starts_with(".git") || not_text.contains(it->path().extension().string())) continue;
    file f{path, {}};
    std::ifstream in(it->path());
    for (std::string line; std::getline(in, line);) f.lines.push_back(line);
    files.push_back(std::move(f));
  }
  std::ranges::sort(files, {}, &file::path);
  return files;
}

complaints upward_includes(const tree& files) {
  std::map<std::string, std::size_t> public_headers;  // "theus/…" -> layer
  std::set<std::string> paths;
  for (const file& f : files) {
    paths.insert(f.path);
    std::size_t place = f.path.find("/include/theus/");
    if (auto layer = layer_of(f.path); layer && place != f.path.npos) {
      public_headers[f.path.substr(place + 9)] = *layer;
    }
  }

  complaints found;
  for (const file& f : files) {
    auto layer = layer_of(f.path);
    if (!layer || !is_library(f.path) || !is_cpp(f.path)) continue;
    for (const include& inc : includes_of(f)) {
      if (inc.header.starts_with("theus/")) {
        auto header = public_headers.find(inc.header);
        if (header == public_headers.end()) {
          found.push_back(at(f, inc.line) + inc.header + " is no layer's public header");
        } else if (header->second > *layer) {
          found.push_back(at(f, inc.line) + layers[*layer] + " includes " + inc.header + " of " +
                          layers[header->second] + ", the layer above; move what it needs down " +
                          "or pass it in");
        }
      } else if (inc.quoted) {
        bool generated = inc.header.ends_with(".capnp.h");
        if (generated || paths.contains(folder_of(f.path) + inc.header)) continue;
        found.push_back(at(f, inc.line) + inc.header + " is not a file of this folder; another " +
                        "folder is reached through its public theus/… headers");
      }
    }
  }
  return found;
}

complaints uninstalled_headers(const tree& files) {
  std::map<std::string, std::set<std::string>> listed;  // folder -> words of its CMakeLists.txt
  for (const file& f : files) {
    if (!layer_of(f.path) || !f.path.ends_with("/CMakeLists.txt")) continue;
    auto& of_folder = listed[f.path.substr(0, f.path.rfind('/'))];
    for (const std::string& line : f.lines) {
      std::istringstream words(line);
      for (std::string word; words >> word;) of_folder.insert(word);
    }
  }
  complaints found;
  for (const file& f : files) {
    std::size_t place = f.path.find("/include/theus/");
    if (!layer_of(f.path) || place == f.path.npos) continue;
    if (listed[f.path.substr(0, place)].contains(f.path.substr(place + 1))) continue;
    found.push_back(f.path + " is public but not in the FILE_SET of its CMakeLists.txt: list it");
  }
  return found;
}

complaints shared_secrets(const tree& files) {
  std::map<std::string, std::vector<std::string>> seen_by;  // secret -> places
  for (const file& f : files) {
    if (!is_library(f.path) || !is_cpp(f.path)) continue;
    std::set<std::string> secrets;
    for (const include& inc : includes_of(f)) {
      const bool shows_rocksdb =
          inc.header.starts_with("rocksdb/") || inc.header == "rocksdb_options.hpp";
      if (shows_rocksdb) secrets.insert("<rocksdb/…>");
      if (inc.header.ends_with(".capnp.h")) secrets.insert(inc.header);
    }
    // RocksDB's options are a subject of their own beside the store over it, which alone includes
    // them.
    if (f.path.starts_with("journal/rocksdb_options.")) secrets.erase("<rocksdb/…>");
    for (const std::string& secret : secrets) seen_by[secret].push_back(f.path);
  }
  complaints found;
  for (const auto& [secret, places] : seen_by) {
    if (places.size() == 1) continue;
    std::string message = secret + " is seen by more than one file (";
    for (const std::string& place : places) message += place + " ";
    message.back() = ')';
    found.push_back(message + "; keep it behind the one and give the others its interface");
  }
  return found;
}

complaints oversized(const tree& files) {
  complaints found;
  for (const file& f : files) {
    if (!is_source(f.path)) continue;
    if (f.lines.size() > max_lines) {
      found.push_back(f.path + ": " + std::to_string(f.lines.size()) + " lines; past " +
                      std::to_string(max_lines) + " a file is two");
    }
    for (std::size_t i = 0; i < f.lines.size(); ++i) {
      if (columns(f.lines[i]) <= max_columns) continue;
      found.push_back(at(f, i + 1) + std::to_string(columns(f.lines[i])) +
                      " columns; break it at " + std::to_string(max_columns));
    }
  }
  return found;
}

complaints loose_ends(const tree& files) {
  // In two halves, so that this file does not complain about itself.
  const std::pair<std::string, std::string> forbidden[] = {
      {std::string("DISABLED") + "_", "a test is switched off; mend it or remove it"},
      {std::string("GTEST") + "_SKIP", "a skipped test proves nothing; make it run everywhere"},
      {std::string("TO") + "DO", "finish it, or write the limit down where users read it"},
      {std::string("FIX") + "ME", "finish it, or write the limit down where users read it"}};
  complaints found;
  for (const file& f : files) {
    if (!is_source(f.path)) continue;
    for (std::size_t i = 0; i < f.lines.size(); ++i) {
      for (const auto& [text, advice] : forbidden) {
        if (f.lines[i].find(text) == std::string::npos) continue;
        found.push_back(at(f, i + 1) + text + ": " + advice);
      }
    }
  }
  return found;
}

complaints strangers_at_the_top(const tree& files) {
  const std::set<std::string> known = {"journal",     "runtime",        "sdk",
                                       "replay-tool", "tests",          "benchmarks",
                                       "docs",        "CMakeLists.txt", "CMakePresets.json",
                                       "README.md",   "LICENSE",        "dev"};
  std::set<std::string> strangers;
  for (const file& f : files) {
    std::string top = f.path.substr(0, f.path.find('/'));
    if (!top.starts_with('.') && !known.contains(top)) strangers.insert(top);
  }
  complaints found;
  for (const std::string& top : strangers) {
    found.push_back(top + ": the top folders are fixed by the design; find it a place in one");
  }
  return found;
}

}  // namespace tidy
