#include "node_map.hpp"

#include "theus/journal/codec.hpp"

namespace theus::tool {

journal::hash256 node_map::add(std::string bytes) {
  const auto hash =
      journal::hash_of({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  bytes_ += bytes.size();
  nodes_.emplace(hash, std::move(bytes));
  return hash;
}

result<std::string> node_map::get(const journal::hash256& node) {
  const auto found = nodes_.find(node);
  if (found != nodes_.end()) return found->second;
  return error{errc::not_found, "node " + node.to_string() + " is missing"};
}

}  // namespace theus::tool
