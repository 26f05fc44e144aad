#pragma once

#include <string>

#include <capnp/blob.h>

#include "theus/journal/ids.hpp"

// What the forms of all records share. Templates, for the one file that sees the generated header.
namespace theus::journal::parts {

inline capnp::Text::Reader text(const std::string& value) {
  return capnp::Text::Reader(value.c_str(), value.size());
}

inline std::string text(capnp::Text::Reader value) {
  return std::string(value.begin(), value.size());
}

constexpr std::string_view null_payload = "null";

inline std::string data(bool present, auto get) {
  return present ? text(get()) : std::string(null_payload);
}

template <class Group>
void identity(Group to, const command_id& id) {
  to.setNumber(id.number);
  if (!id.scope.empty()) to.setScope(text(id.scope));
}

template <class Group>
command_id identity(Group from) {
  return {from.hasScope() ? text(from.getScope()) : std::string(), from.getNumber()};
}

}  // namespace theus::journal::parts
