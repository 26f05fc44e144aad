#pragma once
// The rules of the tree that no compiler checks. Each takes the whole tree and gives one sentence
// per violation, with file, line and what to do about it; an empty list means the tree is tidy.
#include <filesystem>
#include <string>
#include <vector>

namespace tidy {

struct file {
  std::string path;  // relative to the root, with '/'
  std::vector<std::string> lines;
};

using tree = std::vector<file>;
using complaints = std::vector<std::string>;

// Reads every text file below root, without build output, .git and other dot-folders but .ci.
tree read_tree(const std::filesystem::path& root);

// journal <- runtime <- sdk <- replay-tool: a layer includes its own headers and those below it,
// by their public theus/… names; any other quoted include names a file of the same folder.
complaints upward_includes(const tree& files);

// Every public header is in the FILE_SET that installs it.
complaints uninstalled_headers(const tree& files);

// Within the four layers, RocksDB is seen by one file and each generated header by one file.
complaints shared_secrets(const tree& files);

// At most 100 columns a line in sources, and 500 lines a file.
complaints oversized(const tree& files);

// No test is switched off, and no work is left as a note in the text.
complaints loose_ends(const tree& files);

// The top of the tree holds the folders and files the design names, and no others.
complaints strangers_at_the_top(const tree& files);

}  // namespace tidy
