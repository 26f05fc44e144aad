#pragma once

#include <optional>

#include "theus/codec.hpp"
#include "theus/runtime/activity_type.hpp"

// The typed side of an attempt's heartbeats: the runtime knows payloads, and the SDK their types.
namespace theus {

template <class T>
bool attempt::heartbeat(const T& details) {
  return beat(encode(details));
}

template <class T>
std::optional<T> attempt::last_heartbeat() const {
  const auto left = details_left();
  if (!left) return std::nullopt;
  return decode<T>(*left);
}

}  // namespace theus
