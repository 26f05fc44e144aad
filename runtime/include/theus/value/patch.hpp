#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <theus/value/diff.hpp>
#include <theus/value/flat.hpp>

namespace theus {

// What to change in a tree, without what was there before: a value_diff that can be kept.
struct value_patch {
  struct change {
    path where;
    std::optional<value> to;  // absent: erased

    friend bool operator==(const change&, const change&) = default;
  };
  std::vector<change> changes;  // made in this order

  friend bool operator==(const value_patch&, const value_patch&) = default;
};

// Which changes a diff has and how they are ordered follows from what the two trees hold, so
// patches of equal pairs of trees are equal.
value_patch patch_of(const value_diff& changes);

// apply(a, patch_of(diff(a, b))) is b. Errors, naming the path: errc::not_found when there is
// nothing to erase; those of put() and erase(). `tree` is then as it was.
result<void> apply(value& tree, const value_patch& changes);

// Self-contained bytes; docs/context-tree.md has them.
// Throws error_exception for a patch that no tree could take: errc::limit_exceeded (value_limits),
// errc::bad_input for keys that are not UTF-8 and for erasing the tree itself.
std::string encode(const value_patch& changes);

// Accepts exactly what encode() writes, with the limits and errors of decode_flat().
result<value_patch> decode_patch(std::string_view bytes, const flat_limits& limits = {});

}  // namespace theus
