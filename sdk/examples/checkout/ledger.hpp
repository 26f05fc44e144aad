#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <theus/codec.hpp>

namespace checkout {

// A file of lines that only grows. A line is one write(2) to a file opened with O_APPEND, so a
// process that is killed leaves it whole or not at all; should the kernel have stopped half-way at
// the border of a page, the next opening cuts the stump off.
// Thread: any. Throws std::system_error that names the file.
class line_file {
 public:
  explicit line_file(const std::filesystem::path& path);
  ~line_file();
  line_file(const line_file&) = delete;
  line_file& operator=(const line_file&) = delete;

  void append(std::string line);

 private:
  std::filesystem::path path_;
  int descriptor_;
};

// Every whole line; none when there is no such file.
std::vector<std::string> read_lines(const std::filesystem::path& path);

template <class Entry>
std::vector<Entry> read_entries(const std::filesystem::path& path) {
  std::vector<Entry> entries;
  for (const std::string& line : read_lines(path)) entries.push_back(theus::decode<Entry>(line));
  return entries;
}

// The book of a provider that is idempotent by key, as payment providers are: asked again with a
// key it knows, it answers with what it booked then. Entry has `key` and `sequence`, which counts
// from 1 in the order of the file. Thread: any.
template <class Entry>
class ledger {
 public:
  explicit ledger(const std::filesystem::path& path) : file_(path) {
    for (Entry& entry : read_entries<Entry>(path)) add(std::move(entry));
  }

  // The entry with this key; if there is none, what `make` gives is booked first. `make` sees the
  // entries so far, alone, and may refuse by throwing.
  template <class Make>
  Entry book(const std::string& key, Make make) {
    const std::lock_guard lock(mutex_);
    if (const auto known = index_.find(key); known != index_.end()) {
      return entries_[known->second];
    }
    Entry entry = make(entries_);
    entry.key = key;
    entry.sequence = static_cast<std::int64_t>(entries_.size()) + 1;
    file_.append(theus::encode(entry));
    add(entry);
    return entry;
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
  }
  // Entries from place `from`, which counts from 0.
  std::vector<Entry> since(std::size_t from) const {
    const std::lock_guard lock(mutex_);
    if (from >= entries_.size()) return {};
    return {entries_.begin() + static_cast<std::ptrdiff_t>(from), entries_.end()};
  }

 private:
  void add(Entry entry) {
    index_.emplace(entry.key, entries_.size());
    entries_.push_back(std::move(entry));
  }

  mutable std::mutex mutex_;
  line_file file_;
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t> index_;
};

}  // namespace checkout
