#pragma once

#include <map>
#include <optional>

#include "theus/journal/rows.hpp"

#include "keys.hpp"

namespace theus::journal {

// The activities of one run whose first attempt has no recorded outcome, and the one row that says
// how many they are. A step that ends one and asks for another leaves that row as it is, so the row
// alone does not say which they are: the run's records from `from` on do.
//
// The row follows from the records alone: `from` is the record that put the first task into an
// empty set, and every `row_period` records, the one that asked for the oldest there is.
//
// Thread: one at a time.
class run_tasks {
 public:
  static constexpr std::uint64_t row_period = 256;

  // What the row says and nothing else; the records from `row.from` on are to be passed again.
  static run_tasks of_row(const keys::task_count& row);
  // As they were behind the record at `a.through`; nothing is stored yet.
  static run_tasks of_anchor(const anchor& a);

  // Each record's changes in order, then `end_record`.
  void put(const command_id& id, sequence at) { pending_.emplace(id, at); }
  void erase(const command_id& id) { pending_.erase(id); }
  void clear() { pending_.clear(); }
  void end_record(sequence at);

  // The row as it should be, and as it is stored; absent: there is none.
  std::optional<keys::task_count> row() const;
  const std::optional<keys::task_count>& stored() const { return stored_; }
  void set_stored() { stored_ = row(); }

  bool empty() const { return pending_.empty(); }
  const std::map<command_id, sequence>& pending() const { return pending_; }

 private:
  std::map<command_id, sequence> pending_;  // with the record that asked for it
  sequence from_ = before_first;
  std::optional<keys::task_count> stored_;
};

}  // namespace theus::journal
