#pragma once

#include <cstdint>
#include <string>

#include "theus/workflows.hpp"

// Bugs of concurrency, each in a small workflow that is right in the usual order, and beside each
// the same workflow as it is meant.
namespace theus::testing {

constexpr signal<std::int64_t> deposit{"deposit"};
constexpr signal<bool> stop{"stop"};
constexpr activity<bool(std::int64_t)> check{"check"};
constexpr activity<bool()> is_ready{"is_ready"};
constexpr activity<void(std::string)> book{"book"};
constexpr activity<void(std::string)> unbook{"unbook"};
constexpr activity<void(std::string)> reply{"reply"};
constexpr activity<void()> acquire{"acquire"};
constexpr activity<void()> work{"work"};
constexpr activity<void()> release{"release"};

// Takes two deposits, each checked, and returns the balance. An update is lost when the second
// comes while the first is checked: the balance was read before the await and written behind it.
workflow<std::int64_t> loses_an_update(context& ctx);
workflow<std::int64_t> loses_no_update(context& ctx);

// Asks every minute whether something is ready, until it is or somebody says stop. A stop that
// comes while it asks for the last time is missed.
workflow<std::string> misses_a_signal(context& ctx);
workflow<std::string> misses_no_signal(context& ctx);

// Books flight and hotel at once, finds that it must not, and undoes both, the last first. It takes
// for granted which one that was.
workflow<void> undoes_in_a_fixed_order(context& ctx);
workflow<void> undoes_in_the_order_of_doing(context& ctx);

// Books a flight, trying once, and says whether it is booked; what fails behind its effect is.
workflow<bool> trusts_a_failure(context& ctx);
workflow<bool> undoes_what_failed(context& ctx);

// Books a flight within an hour, or undoes it. An attempt that was given up may still take effect:
// the first takes for granted that it does not.
workflow<void> undoes_what_was_late_once(context& ctx);
workflow<void> books_in_time(context& ctx);

// Asks whether something is ready, without any pause, until somebody says stop.
workflow<void> polls_without_pause(context& ctx);

// Answers what it is told, or says after an hour that nobody told it anything. It answers twice
// when the hour ends while the first answer is on its way.
workflow<void> replies_twice(context& ctx);
workflow<void> replies_once(context& ctx);

// Works on what it acquired, and releases it; when it is cancelled meanwhile, it does not.
workflow<void> forgets_cancellation(context& ctx);
workflow<void> minds_cancellation(context& ctx);

}  // namespace theus::testing
