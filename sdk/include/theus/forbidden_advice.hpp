#pragma once

#include <string_view>

// What is said of a function that workflows must not call, whichever layer finds it: why, and what
// to use instead.
namespace theus::lint {

inline constexpr std::string_view clock_advice = "the hour is another on replay; use ctx.now()";
inline constexpr std::string_view draw_advice =
    "the number is another on replay; use ctx.random() or ctx.uuid()";
inline constexpr std::string_view library_draw_advice =
    "its numbers differ between standard libraries, and so between builds; use ctx.random()";
inline constexpr std::string_view sleep_advice =
    "it blocks the shard and is forgotten in a crash; use co_await ctx.sleep(d)";
inline constexpr std::string_view strand_advice =
    "a run is one strand, and replay knows no other; use theus::all and theus::any, and threads "
    "only in activities";
inline constexpr std::string_view lock_advice =
    "nobody else has what a run works with, and a lock is not there after replay; await a signal "
    "or an activity";
inline constexpr std::string_view surroundings_advice =
    "the process is another on replay; read it in an activity or pass it in";
inline constexpr std::string_view file_advice =
    "what it reads or writes is not recorded; use files in an activity";
inline constexpr std::string_view network_advice =
    "what it receives is not recorded; use sockets in an activity";
inline constexpr std::string_view print_advice =
    "it is printed again by every replay; use ctx.log(text)";
inline constexpr std::string_view locale_advice =
    "it changes what others print and read, in the middle of a turn; leave it alone";
inline constexpr std::string_view zone_advice =
    "the machine's time zone may be another on replay; convert in an activity";

}  // namespace theus::lint
