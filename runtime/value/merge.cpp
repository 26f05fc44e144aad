#include <utility>

#include <theus/value/diff.hpp>

#include "access.hpp"
#include "differences.hpp"

namespace theus {
namespace {

const tree::map_node* root_of(const map& m) {
  const tree::node* const n = tree::access::root(m);
  return n == nullptr ? nullptr : tree::as_map_node(n);
}

// A null pointer is absence.
bool same(const value* a, const value* b) {
  return a == nullptr || b == nullptr ? a == b : *a == *b;
}

std::optional<value> optional(const value* v) {
  return v == nullptr ? std::nullopt : std::optional(*v);
}

// Recursion is as deep as the values, 64 containers.
class merging {
 public:
  explicit merging(changed_alike both) : both_(both) {}

  value_merge done;

  std::optional<value> merge(const value* base, const value* ours, const value* theirs) {
    if (same(base, theirs)) return optional(ours);
    if (both_ == changed_alike::merges && same(ours, theirs)) return optional(ours);
    if (same(base, ours)) return optional(theirs);
    if (ours != nullptr && theirs != nullptr) {
      const bool maps = ours->is_map() && theirs->is_map();
      if (maps && base == nullptr) return merge_maps(map(), ours->as_map(), theirs->as_map());
      if (maps && base->is_map())
        return merge_maps(base->as_map(), ours->as_map(), theirs->as_map());
      if (base != nullptr && base->is_list() && ours->is_list() && theirs->is_list() &&
          base->as_list().size() == ours->as_list().size() &&
          base->as_list().size() == theirs->as_list().size())
        return merge_lists(base->as_list(), ours->as_list(), theirs->as_list());
    }
    done.conflicts.push_back({at_, optional(base), optional(ours), optional(theirs)});
    return optional(ours);
  }

 private:
  // Ours, with what they changed.
  value merge_maps(const map& base, const map& ours, const map& theirs) {
    map merged = ours;
    const auto report = [&](std::string_view key, const value* before, const value* after) {
      if (same(before, after)) return;
      at_ /= key;
      const value* const mine = ours.find(key);
      const std::optional<value> both = merge(before, mine, after);
      if (!both)
        merged.erase(key);
      else if (mine == nullptr || *mine != *both)
        merged.put(key, *both);
      at_.pop();
    };
    tree::map_differences(report, done.visited).walk(root_of(base), root_of(theirs));
    return merged;
  }

  value merge_lists(const list& base, const list& ours, const list& theirs) {
    list merged = ours;
    const auto report = [&](std::size_t index, const value& before, const value& after) {
      if (before == after) return;
      at_ /= index;
      merged.set(index, merge(&before, &ours[index], &after).value());
      at_.pop();
    };
    tree::list_differences(report, done.visited).walk(base, theirs);
    return merged;
  }

  changed_alike both_;
  path at_;
};

}  // namespace

value_merge merge(const value& base, const value& ours, const value& theirs, changed_alike both) {
  merging m(both);
  m.done.merged = m.merge(&base, &ours, &theirs).value();
  return std::move(m.done);
}

}  // namespace theus
