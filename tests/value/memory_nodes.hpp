#pragma once

#include <map>
#include <string>

#include "theus/journal/codec.hpp"
#include "theus/value/storage.hpp"

namespace theus::test {

// Stored nodes in memory.
struct memory_nodes : node_sink, node_source {
  std::map<journal::hash256, std::string> nodes;

  result<bool> holds(const journal::hash256& node) override { return nodes.contains(node); }
  result<void> put(const journal::hash256& node, std::string_view bytes) override {
    nodes.emplace(node, bytes);
    return {};
  }
  result<std::string> get(const journal::hash256& node) override {
    const auto found = nodes.find(node);
    if (found == nodes.end()) return error{errc::not_found, "no such node"};
    return found->second;
  }

  // Whatever the bytes are.
  journal::hash256 add(std::string_view bytes) {
    const auto hash =
        journal::hash_of({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    nodes.emplace(hash, bytes);
    return hash;
  }
};

// An equal value that shares no node with it, made through the public interface.
inline value rebuilt(const value& v) {
  if (v.is_map()) {
    map m;
    for (const auto& [key, item] : v.as_map()) m.put(key, rebuilt(item));
    return m;
  }
  if (v.is_list()) {
    list l;
    for (const value& element : v.as_list()) l.push_back(rebuilt(element));
    return l;
  }
  if (v.kind() == value_kind::string) return std::string(v.as_string());
  return v;
}

}  // namespace theus::test
