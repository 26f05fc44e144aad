#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "theus/journal/record.hpp"
#include "theus/runtime/activity_type.hpp"

// When a failed attempt of an activity is tried again.
namespace theus {

// Is `failure` of attempt `number` followed by another attempt?
bool is_tried_again(const journal::schedule_activity& command, std::uint32_t number,
                    const attempt_failure& failure);

// From the failure of attempt `number` to the next: first_interval * coefficient^(number - 1), at
// most maximum_interval, then moved by up to `jitter` of itself either way. The jitter is a pure
// function of run, command and attempt. At least one millisecond.
std::chrono::milliseconds retry_interval(const journal::retry_terms& terms, journal::run_id run,
                                         const journal::command_id& command, std::uint32_t number);

// The same, unless the failure itself says how long: then that, at most a year.
std::chrono::milliseconds delay_of_next(const journal::retry_terms& terms, journal::run_id run,
                                        const journal::command_id& command, std::uint32_t number,
                                        std::optional<std::chrono::milliseconds> told);

// What a call fails with when its schedule_to_close has passed; `last`: its last attempt's failure.
journal::failure_info past_close(const journal::schedule_activity& command,
                                 const std::optional<journal::failure_info>& last);

// `from` + `delay`, saturating.
journal::wall_time later(journal::wall_time from, std::chrono::microseconds delay);

}  // namespace theus
