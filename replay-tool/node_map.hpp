#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "theus/value/storage.hpp"

namespace theus::tool {

// Nodes of trees that came from elsewhere than a store, each found by the hash of its bytes.
class node_map final : public node_source {
 public:
  // Its hash.
  journal::hash256 add(std::string bytes);
  result<std::string> get(const journal::hash256& node) override;
  bool contains(const journal::hash256& node) const { return nodes_.contains(node); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::map<journal::hash256, std::string> nodes_;
  std::size_t bytes_ = 0;
};

}  // namespace theus::tool
