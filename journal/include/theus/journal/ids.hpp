#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace theus::journal {

// 256 bits of SHA-256: the hash of a record, of a state, of a journal's head.
struct hash256 {
  std::array<std::uint8_t, 32> bytes{};

  std::string to_string() const;  // 64 lower-case hex digits

  friend auto operator<=>(const hash256&, const hash256&) = default;
};

// The hash of a workflow id; it decides the shard and never changes (semantics rule 27).
// The first four bytes of SHA-256, big-endian.
std::uint32_t shard_key_of(std::string_view workflow_id);

// One execution of a workflow. The first four bytes are the shard key of its workflow id, the
// other twelve are random, so the shard is known from the run id alone.
struct run_id {
  std::array<std::uint8_t, 16> bytes{};

  // Thread: any. `random_high` and `random_low` supply the twelve random bytes.
  static run_id make(std::uint32_t shard_key, std::uint64_t random_high, std::uint64_t random_low);
  // 32 lower-case hex digits, as printed by to_string; nothing else is accepted.
  static std::optional<run_id> parse(std::string_view text);

  std::uint32_t shard_key() const;
  std::string to_string() const;

  friend auto operator<=>(const run_id&, const run_id&) = default;
};

// The place of a record in its run: 1, 2, 3, … without gaps. Zero names the place before the first.
enum class sequence : std::uint64_t {};

constexpr sequence before_first{0};
constexpr sequence first_sequence{1};
constexpr std::uint64_t number(sequence at) { return static_cast<std::uint64_t>(at); }
constexpr sequence next(sequence at) { return sequence{number(at) + 1}; }

// Counts the runtimes that have owned this journal. Units of an older epoch are fenced.
enum class epoch : std::uint64_t {};

// A command's identity (semantics rule 18): the scope it was awaited in and its number there.
// `scope` is "" for the workflow function itself, otherwise slash-separated components.
struct command_id {
  std::string scope;
  std::uint32_t number = 0;

  // "7" in the root scope, "3/1:7" elsewhere.
  std::string to_string() const;

  friend bool operator==(const command_id&, const command_id&) = default;
};

// Orders scopes component by component, decimal components by value and before any name; an
// outer scope comes before what it contains. This order is part of the format (rules 8 and 10).
std::strong_ordering compare_scopes(std::string_view a, std::string_view b);
std::strong_ordering operator<=>(const command_id& a, const command_id& b);

}  // namespace theus::journal

template <>
struct std::hash<theus::journal::run_id> {
  std::size_t operator()(const theus::journal::run_id& id) const noexcept;
};
