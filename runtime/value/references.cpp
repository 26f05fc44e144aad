#include <theus/value/storage.hpp>

#include "decode.hpp"

namespace theus {

result<std::vector<journal::hash256>> references_of(std::string_view bytes) {
  try {
    const tree::stored_node stored = tree::decode_node(bytes);
    std::vector<journal::hash256> found;
    for (const tree::stored_entry& e : stored.entries)
      if (e.item.is_reference()) found.push_back(e.item.reference);
    for (const tree::stored_value& v : stored.values)
      if (v.is_reference()) found.push_back(v.reference);
    found.insert(found.end(), stored.references.begin(), stored.references.end());
    return found;
  } catch (const error_exception& e) {
    return error{e.code(), e.what()};
  }
}

}  // namespace theus
