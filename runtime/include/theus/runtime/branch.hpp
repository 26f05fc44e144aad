#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <theus/journal/ids.hpp>
#include <theus/value/path.hpp>
#include <theus/value/value.hpp>

namespace theus {

class context_writes;
struct value_change;

// What a phase said that it reads and writes; absent where it said nothing. What may be written may
// also be read.
struct scope_contract {
  std::optional<std::vector<path>> reads;
  std::optional<std::vector<path>> writes;
};

// A phase touched what it did not declare: a bug in the workflow.
class contract_violated : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// The Context as one strand of a run sees it: the run's own, or the branch of a phase or iteration,
// which begins as a copy of the Context around it and is merged into that in the end.
// What is read and written is held against the contract; errors are thrown: contract_violated, and
// those of <theus/value/edit.hpp>.
class branch {
 public:
  branch() = default;
  // The run's own; what is written here and in those that begin here is noted.
  explicit branch(context_writes& written) : written_(&written) {}
  // Of the phase or iteration that is this scope. Begins as `outer` is now, which outlives it.
  // O(1).
  branch(const branch& outer, std::string scope, scope_contract bounds);

  // Its path; "" is the run's own.
  const std::string& scope() const { return scope_; }

  const value& tree() const { return tree_; }
  // Zero while nothing is in it, so that who never uses the Context pays nothing for it.
  journal::hash256 root() const;

  value get(const path& at) const;
  std::optional<value> find(const path& at) const;
  void put(const path& at, value v);
  void patch(const path& at, const map& changes);
  bool erase(const path& at);
  // Everything at once. Errors: contract_violated for a change outside of it.
  void restore(value tree);

  // What `inner`, which began here, does to this one. Where both changed the same place, or `inner`
  // read what changed meanwhile, `conflicts` says where and nothing else is of use.
  struct merge_result {
    value tree;
    std::string changes;  // from this one's tree to that one, encoded; "" for none
    std::vector<path> conflicts;
  };
  merge_result merge(const branch& inner) const;
  // Replay: the same by what was recorded. Errors: those of applying it.
  result<void> apply(const std::string& changes);
  void set(value tree) { tree_ = std::move(tree); }

  // Signals that were taken in this branch, by their numbers.
  std::vector<std::uint64_t>& consumed() { return consumed_; }

  // Which version of a change is followed here, once that was asked (semantics rule 22).
  std::optional<std::int32_t> version_of(std::string_view change) const;
  void follow(std::string_view change, std::int32_t version);

 private:
  void check_read(const path& at) const;
  void check_write(const path& at) const;
  void check_changes(const std::vector<value_change>& changes) const;
  void check_whole(const path& at, const value& whole) const;

  const branch* outer_ = nullptr;  // null: the run's own
  context_writes* written_ = nullptr;
  std::string scope_;
  value tree_ = map();
  value base_ = map();
  scope_contract bounds_;
  std::vector<std::uint64_t> consumed_;
  std::map<std::string, std::int32_t, std::less<>> versions_;
};

}  // namespace theus
