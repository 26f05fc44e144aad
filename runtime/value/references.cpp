#include <theus/value/blob_nodes.hpp>
#include <theus/value/storage.hpp>

#include "decode.hpp"

namespace theus {

result<std::vector<journal::hash256>> references_of(std::string_view bytes) {
  try {
    const tree::stored_node stored = tree::decode_node(bytes);
    std::vector<journal::hash256> found;
    const auto add = [&](const tree::stored_value& v) {
      if (v.is_reference()) found.push_back(v.reference);
      if (v.is_blob()) found.push_back(v.inline_value.as_blob().hash);
    };
    for (const tree::stored_entry& e : stored.entries) add(e.item);
    for (const tree::stored_value& v : stored.values) add(v);
    found.insert(found.end(), stored.references.begin(), stored.references.end());
    return found;
  } catch (const error_exception& e) {
    return error{e.code(), e.what()};
  }
}

std::vector<journal::hash256> blobs_below(std::string_view bytes) {
  std::vector<journal::hash256> found;
  try {
    const tree::stored_node stored = tree::decode_node(bytes);
    if (stored.tag == tree::node_tag::blob) return stored.references;
    const auto add = [&](const tree::stored_value& v) {
      if (v.is_blob()) found.push_back(v.inline_value.as_blob().hash);
    };
    for (const tree::stored_entry& e : stored.entries) add(e.item);
    for (const tree::stored_value& v : stored.values) add(v);
  } catch (const error_exception&) {
    return {};
  }
  return found;
}

}  // namespace theus
