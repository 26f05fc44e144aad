#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <theus/value/path.hpp>
#include <theus/value/value.hpp>

namespace theus {

// Something written into a Context.
struct context_write {
  enum class kind { put, patch, erase, restore };

  std::string scope;  // its path; "" is the run's own
  std::string where;  // a JSON Pointer; "" for a whole Context
  kind what = kind::put;
  value to;  // null for what is erased; of what is large, bytes that identify it

  friend bool operator==(const context_write&, const context_write&) = default;
};

// For people: "/order/status in 3/1"; "\"paid\"", "erased".
std::string place_of(const context_write& w);
std::string to_text(const context_write& w);

// What a turn wrote, in order, as its record says it, so that a report can tell where a state
// differs: replay compares digests. What phases and iterations wrote that closed in the turn is
// left out, because their ends have it. Keeps the first `most` writes and bytes.
// Thread: one at a time.
class context_writes {
 public:
  static constexpr std::size_t most = 32;
  static constexpr std::size_t most_bytes = 1'024;

  // What was written: its path is one of keys that a tree can have.
  void add(const std::string& scope, context_write::kind what, const path& where, const value& to);
  void forget(std::string_view scope);
  void clear() { writes_.clear(); }

  // "" when nothing was written. docs/journal-format.md has the bytes.
  std::string encode() const;

 private:
  struct written {
    std::string scope;
    context_write::kind what;
    path where;
    value to;
  };
  std::vector<written> writes_;
};

// Errors: corrupt, unknown_version, limit_exceeded.
result<std::vector<context_write>> decode_writes(std::string_view bytes);

}  // namespace theus
