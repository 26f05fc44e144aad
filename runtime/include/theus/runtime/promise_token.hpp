#pragma once

#include <string>
#include <string_view>

#include "theus/journal/errc.hpp"
#include "theus/journal/ids.hpp"

namespace theus {

// Names a promise of a run to the world outside:
//   2f0c…9e1b.2_7_3.1c0d9a44    of that run, command 3 in scope 2/7, and four bytes of a hash
// Only digits, letters, dots and underscores, so it needs no escaping in a URL or on a command
// line. The run's id says which shard it belongs to. The hash is of what stands before it: it finds
// what was mistyped or cut, and is no secret. Who has a token of a run can make up its others.
struct promise_token {
  // Longer ones are refused unread. Scopes of a few levels take less than 80.
  static constexpr std::size_t most_bytes = 4'200;

  journal::run_id run;
  journal::command_id command;

  std::string to_string() const;
  // Errors: bad_input.
  static result<promise_token> parse(std::string_view text);

  friend bool operator==(const promise_token&, const promise_token&) = default;
};

}  // namespace theus
