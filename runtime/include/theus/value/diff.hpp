#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <theus/journal/errc.hpp>
#include <theus/value/path.hpp>
#include <theus/value/value.hpp>

// How two trees differ, and bringing that to another. What two trees share is not looked at: time
// and visits grow with what differs, not with what there is.
namespace theus {

// One place that differs: nothing there before is an addition, nothing after a removal.
struct value_change {
  path where;
  std::optional<value> before;
  std::optional<value> after;

  friend bool operator==(const value_change&, const value_change&) = default;
};

struct value_diff {
  // Parents before children never occur together: each change is the outermost that differs wholly.
  // Elements behind the end of the shorter list come in the order in which apply() adds them, or
  // takes them away.
  std::vector<value_change> changes;
  std::size_t visited = 0;  // nodes that were looked at, in both trees
};

// Maps are compared by key, lists by index; any other two values are the same or changed.
value_diff diff(const value& before, const value& after);

// Makes the changes, each of which has to find what it names before it. apply(a, diff(a, b)) is b.
// Errors, naming the path: errc::mismatch when it finds something else; those of put().
// `tree` is then as it was.
result<void> apply(value& tree, const value_diff& changes);

// Where both sides changed the same place differently. Absent is no value.
struct value_conflict {
  path where;
  std::optional<value> base;
  std::optional<value> ours;
  std::optional<value> theirs;

  friend bool operator==(const value_conflict&, const value_conflict&) = default;
};

struct value_merge {
  value merged;  // with ours where there is a conflict
  std::vector<value_conflict> conflicts;
  std::size_t visited = 0;
};

// What becomes of a place that both sides changed, to the same.
enum class changed_alike {
  merges,     // it is taken from either
  conflicts,  // as any other: both may have counted the same number up by one
};

// Three-way: what one side changed from the base is taken from it. Maps merge by key; lists by
// index when all three have one size, otherwise a list that both sides changed is a conflict.
// Errors: errc::limit_exceeded is thrown (value_limits).
value_merge merge(const value& base, const value& ours, const value& theirs,
                  changed_alike both = changed_alike::merges);

}  // namespace theus
