#include <utility>

#include <theus/value/diff.hpp>
#include <theus/value/edit.hpp>

#include "access.hpp"
#include "differences.hpp"

namespace theus {
namespace {

const tree::map_node* root_of(const map& m) {
  const tree::node* const n = tree::access::root(m);
  return n == nullptr ? nullptr : tree::as_map_node(n);
}

// Recursion is as deep as the values, 64 containers.
class comparison {
 public:
  value_diff found;

  void compare(const value& a, const value& b) {
    if (a.is_map() && b.is_map()) {
      compare_maps(a.as_map(), b.as_map());
    } else if (a.is_list() && b.is_list()) {
      compare_lists(a.as_list(), b.as_list());
    } else if (a != b) {
      found.changes.push_back({at_, a, b});
    }
  }

 private:
  void compare_maps(const map& a, const map& b) {
    const auto report = [&](std::string_view key, const value* x, const value* y) {
      step(key, x, y);
    };
    tree::map_differences(report, found.visited).walk(root_of(a), root_of(b));
  }

  void compare_lists(const list& a, const list& b) {
    const auto report = [&](std::size_t index, const value& x, const value& y) {
      step(index, &x, &y);
    };
    tree::list_differences(report, found.visited).walk(a, b);
    for (std::size_t i = a.size(); i-- > b.size();) step(i, &a[i], nullptr);
    for (std::size_t i = a.size(); i < b.size(); ++i) step(i, nullptr, &b[i]);
  }

  template <class Step>
  void step(const Step& to, const value* x, const value* y) {
    at_ /= to;
    if (x != nullptr && y != nullptr)
      compare(*x, *y);
    else
      found.changes.push_back({at_, optional(x), optional(y)});
    at_.pop();
  }

  static std::optional<value> optional(const value* v) {
    return v == nullptr ? std::nullopt : std::optional(*v);
  }

  path at_;
};

}  // namespace

value_diff diff(const value& before, const value& after) {
  comparison c;
  c.compare(before, after);
  return std::move(c.found);
}

result<void> apply(value& tree, const value_diff& changes) {
  value changed = tree;
  for (const value_change& change : changes.changes) {
    const value* const there = find(changed, change.where);
    if (there == nullptr ? change.before.has_value()
                         : !change.before.has_value() || *there != *change.before)
      return error{errc::mismatch, "at \"" + change.where.to_string() +
                                       "\": the tree has not what the change was made from"};
    if (change.after) {
      if (auto done = put(changed, change.where, *change.after); !done) return done;
    } else if (auto done = erase(changed, change.where); !done) {
      return done.error();
    }
  }
  tree = std::move(changed);
  return {};
}

}  // namespace theus
