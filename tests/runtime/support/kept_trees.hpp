#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "theus/journal/forwarding_store.hpp"
#include "theus/runtime/node_archive.hpp"

// What the tests of the archive of nodes share: what is stored, and what should be.
namespace theus::test {

inline std::set<journal::hash256> stored_nodes(journal::checkpoint_store& kept) {
  const auto all = kept.nodes_after({}, 10'000'000).value();
  return {all.begin(), all.end()};
}

inline std::vector<journal::checkpoint_id> stored_checkpoints(journal::checkpoint_store& kept) {
  return kept.checkpoints_after({}, 1'000'000).value();
}

inline std::vector<journal::hash256> below(journal::checkpoint_store& kept,
                                           const journal::hash256& node) {
  return references_of(kept.node(node).value().value()).value();
}

// All that the checkpoints need, found without the archive.
inline std::set<journal::hash256> needed_nodes(journal::checkpoint_store& kept) {
  std::set<journal::hash256> found;
  std::vector<journal::hash256> left;
  for (const auto& id : stored_checkpoints(kept)) {
    const auto row = kept.checkpoint(id).value().value();
    left.insert(left.end(), row.roots.begin(), row.roots.end());
  }
  while (!left.empty()) {
    const auto node = left.back();
    left.pop_back();
    if (!found.insert(node).second) continue;
    const auto more = below(kept, node);
    left.insert(left.end(), more.begin(), more.end());
  }
  return found;
}

// All below a stored node is stored.
inline void expect_whole(journal::checkpoint_store& kept) {
  const auto stored = stored_nodes(kept);
  for (const auto& node : stored) {
    for (const auto& child : below(kept, node)) ASSERT_TRUE(stored.contains(child));
  }
}

// Checkpoints and what their trees have to be.
using trees = std::map<journal::checkpoint_id, std::vector<value>>;

inline result<void> put_trees(node_archive& archive, const trees::value_type& one) {
  node_archive::saving saving(archive);
  journal::checkpoint_row row{one.first, {}, "x"};
  for (const value& tree : one.second) {
    const auto saved = save(tree, saving);
    if (!saved) return saved.error();
    row.roots.push_back(saved->root);
  }
  return saving.put_checkpoint(row);
}

inline void expect_loads(journal::checkpoint_store& kept, node_archive& archive,
                         const trees::value_type& one) {
  const auto row = kept.checkpoint(one.first).value();
  ASSERT_TRUE(row);
  ASSERT_EQ(row->roots.size(), one.second.size());
  for (std::size_t i = 0; i < one.second.size(); ++i) {
    const auto loaded = load(row->roots[i], archive);
    ASSERT_TRUE(loaded) << loaded.error().message;
    ASSERT_EQ(*loaded, one.second[i]);
  }
}

inline value tree_of(int lines, int quantity) {
  map m;
  for (int i = 0; i < lines; ++i) m.put("line" + std::to_string(i), list::of(i, "text"));
  m.put("note", std::string(500, 'n'));
  m.put("quantity", quantity);
  return m;
}

// Calls back before every call of a collection that reads or erases nodes.
class watched_store final : public journal::forwarding_checkpoints<journal::checkpoint_store> {
 public:
  explicit watched_store(journal::checkpoint_store& behind)
      : forwarding_checkpoints(behind), behind_(behind) {}

  std::function<void()> before_node = [] {}, before_page = [] {}, before_erasure = [] {};

  result<std::optional<std::string>> node(const journal::hash256& hash) override {
    before_node();
    return behind_.node(hash);
  }
  result<std::vector<journal::hash256>> nodes_after(const std::optional<journal::hash256>& after,
                                                    std::size_t max_nodes) override {
    before_page();
    return behind_.nodes_after(after, max_nodes);
  }
  result<void> erase_nodes(std::span<const journal::hash256> nodes,
                           journal::opening since) override {
    before_erasure();
    return behind_.erase_nodes(nodes, since);
  }

 private:
  journal::checkpoint_store& behind_;
};

}  // namespace theus::test
