#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <theus/journal/errc.hpp>
#include <theus/journal/ids.hpp>
#include <theus/value/value.hpp>

namespace theus {

// Nodes of trees as they are stored: bytes, found by their SHA-256, like Git's objects. What two
// trees share is stored once. docs/context-tree.md has the bytes.

// Where nodes go. Thread: that of save().
class node_sink {
 public:
  virtual ~node_sink() = default;
  // Whether the node is stored, and with it all nodes below it.
  virtual result<bool> holds(const journal::hash256& node) = 0;
  // Nodes come after all that they refer to.
  virtual result<void> put(const journal::hash256& node, std::string_view bytes) = 0;
};

// Where nodes come from. Thread: that of load().
class node_source {
 public:
  virtual ~node_source() = default;
  virtual result<std::string> get(const journal::hash256& node) = 0;  // errc::not_found
};

struct saved_nodes {
  std::size_t nodes = 0;  // that were put
  std::size_t bytes = 0;  // in them
  journal::hash256 root;
};

// Puts the nodes of `v` that the sink does not hold. Errors: the sink's; not_found, naming it, for
// a blob that the sink does not hold.
result<saved_nodes> save(const value& v, node_sink& sink);

struct load_limits {
  std::size_t bytes = std::size_t{1} << 30;  // of all nodes together, each counted once
  // Values in the tree, those counted again that stand in several places: few bytes can describe
  // a tree of any size.
  std::size_t values = 1'000'000'000;
};

// The value whose root is `root`. Accepts exactly what save() writes. What its blobs hold is not
// looked at.
// Errors: the source's; errc::corrupt for bytes that are not what their hash says, not a node, not
// in canonical form, or not what their place asks for; errc::unknown_version; errc::limit_exceeded.
result<value> load(const journal::hash256& root, node_source& source,
                   const load_limits& limits = {});

// The nodes that a stored node refers to, each in its order. Looks at this node only: what could
// not stand in any tree is refused as load() does.
result<std::vector<journal::hash256>> references_of(std::string_view bytes);

}  // namespace theus
