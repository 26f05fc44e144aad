#include "theus/journal/node_order.hpp"

#include <set>

namespace theus::journal {
namespace {

struct visited_node {
  std::string bytes;
  std::vector<hash256> below;
  std::size_t next = 0;
};

}  // namespace

result<std::vector<std::string>> nodes_below(
    std::span<const hash256> roots, const std::function<result<std::string>(const hash256&)>& get,
    const node_references& below) {
  std::vector<std::string> ordered;
  std::set<hash256> seen;
  std::vector<visited_node> path;
  const auto enter = [&](const hash256& node) -> result<void> {
    if (!seen.insert(node).second) return {};
    auto bytes = get(node);
    if (!bytes) return bytes.error();
    visited_node entered{std::move(*bytes), {}};
    if (below) {
      auto references = below(entered.bytes);
      if (!references) return references.error();
      entered.below = std::move(*references);
    }
    path.push_back(std::move(entered));
    return {};
  };
  for (const hash256& root : roots) {
    if (auto done = enter(root); !done) return done.error();
    while (!path.empty()) {
      visited_node& here = path.back();
      if (here.next < here.below.size()) {
        const hash256 child = here.below[here.next++];
        if (auto done = enter(child); !done) return done.error();
      } else {
        ordered.push_back(std::move(here.bytes));
        path.pop_back();
      }
    }
  }
  return ordered;
}

}  // namespace theus::journal
