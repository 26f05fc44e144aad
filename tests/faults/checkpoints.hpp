#pragma once

#include <string>

#include "theus/journal/codec.hpp"
#include "theus/journal/store.hpp"

namespace theus::faults {

// A checkpoint that follows from what it is of, and the node that it needs.
inline journal::stored_node root_of(const journal::checkpoint_id& of) {
  std::string bytes =
      "a node of " + of.run.to_string() + " " + std::to_string(journal::number(of.at));
  return {journal::hash_of({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}),
          bytes};
}

inline journal::checkpoint_row checkpoint_of(const journal::checkpoint_id& id) {
  return {id, {root_of(id).hash}, "state " + std::to_string(journal::number(id.at))};
}

}  // namespace theus::faults
