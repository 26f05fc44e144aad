#pragma once

#include <optional>
#include <string>
#include <variant>

#include "theus/journal/store.hpp"

namespace theus {

// What a run's records say of an update.
struct recorded_update {
  bool is_accepted = false;
  std::optional<std::variant<journal::payload, journal::failure_info>> answer = {};
};

// Both read backwards from the newest, as answers are mostly asked for soon. Errors: trimmed, when
// it is in none of the records that are left of a run whose first ones are gone; those of reading.
result<recorded_update> find_update(journal::store& store, journal::run_id run,
                                    const std::string& update_id);
// A signal that somebody sent with this request id.
result<bool> has_received(journal::store& store, journal::run_id run,
                          const std::string& request_id);

}  // namespace theus
