#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "theus/journal/record.hpp"

namespace theus {

// The path of the scope that the command with this id opens: "3", "2/7".
std::string scope_path(const journal::command_id& id);

// Which phases and iterations are over in a history. On replay they are not run again: what was
// recorded of their end stands for them (semantics rule 19). Nothing in it: everything is run.
class finished_scopes {
 public:
  void add(const journal::close_scope& closed);

  bool empty() const { return through_.empty(); }
  // Is the scope part of what is over?
  bool covers(std::string_view scope) const;
  bool is_over(const journal::command_id& id, std::uint32_t iteration) const;
  // Did one of them take the signal with this number?
  bool took(std::uint64_t signal) const { return signals_.contains(signal); }

 private:
  std::map<std::string, std::uint32_t, std::less<>> through_;  // scope: its last finished iteration
  std::set<std::uint64_t> signals_;
};

}  // namespace theus
