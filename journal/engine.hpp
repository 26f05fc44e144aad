#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "theus/journal/errc.hpp"
#include "theus/journal/fail_point.hpp"
#include "theus/journal/ids.hpp"

// What keyed_store needs of a storage engine: ordered keys in seven spaces, changed in atomic
// batches. All rules of the journal are above it, so every engine keeps them the same way.
namespace theus::journal {

enum class space : std::uint8_t {
  meta,     // the epoch, the mark of a rebuild under way
  records,  // the truth
  log,      // commits in order, chained
  rows,     // derived
  kept,     // acknowledgements, heartbeats
  nodes,    // of trees, by their hashes
  checkpoints,
};
constexpr std::size_t space_count = 7;
// Journals made before there were checkpoints lack the spaces from this one on.
constexpr std::size_t first_space_count = std::size_t(space::nodes);

// What is written there is seen at once, though it is durable later.
constexpr bool is_seen_at_once(space where) { return where >= space::nodes; }

struct change {
  space where{};
  std::string key;
  std::optional<std::string> value;  // absent: the key is erased
  // Of an erased key: so many that follow it are erased too, counted up in the last eight bytes.
  std::uint64_t further = 0;
};
using batch = std::vector<change>;

// Calls with each key that `c` erases.
template <class Function>
void for_each_erased(const change& c, Function call) {
  std::string key = c.key;
  call(key);
  for (std::uint64_t i = 0; i < c.further; ++i) {
    std::size_t at = key.size() - 1;
    while (++key[at] == 0) --at;
    call(key);
  }
}

// Names everything that was committed: how often, and a hash over all of it.
struct journal_head {
  std::uint64_t commit = 0;
  hash256 chain;

  friend bool operator==(const journal_head&, const journal_head&) = default;
};

// Reads see what `harden` and `write` finished, nothing half done, and may run in any thread.
// Spaces that are seen at once are changed by `write` only. Writers: one at a time in `harden`, and
// beside it one at a time in the rest. Errors: io_error, disk_full, corrupt, each naming the file
// where it is known.
class engine {
 public:
  using key_value = std::pair<std::string, std::string>;
  // Called in key order until it answers false. The views end with the call, in which the engine
  // must not be used.
  using visitor = std::function<bool(std::string_view key, std::string_view value)>;

  virtual ~engine() = default;

  virtual result<std::optional<std::string>> get(space where, std::string_view key) = 0;
  // Keys in [from, until).
  virtual result<void> scan(space where, std::string_view from, std::string_view until,
                            const visitor& visit) = 0;
  // The greatest key in [from, until).
  virtual result<std::optional<key_value>> last(space where, std::string_view from,
                                                std::string_view until) = 0;

  // Written and neither durable nor seen, until `harden` is called behind it.
  virtual result<void> prepare(const batch& changes, const journal_head& head) = 0;
  // What was prepared before this call is durable and seen when it returns, and promised:
  // `promised` names the newest head of it. After an error nothing that is not yet durable ever
  // counts.
  virtual result<void> harden() = 0;
  // Durable with the next commit, and seen by then; at once if nothing waits to be hardened, or if
  // its spaces are so.
  virtual result<void> write(const batch& changes) = 0;

  result<void> commit(const batch& changes, const journal_head& head) {
    if (auto ok = prepare(changes, head); !ok) return ok;
    return harden();
  }

  // What this engine acknowledged at least, by a witness apart from its own files.
  virtual result<journal_head> promised() = 0;
  // Recovery may have found more than was promised: it is promised from now on.
  virtual result<void> promise(const journal_head& head) = 0;

  // Closes and opens anew. When it fails, reads go on.
  virtual result<void> reopen() = 0;
};

// The error a fail point asks for at `place`, if any.
inline std::optional<error> injected_failure(std::string_view place) {
  switch (pass_fail_point(place)) {
    case fail_action::none:
      break;
    case fail_action::error:
      return error{errc::io_error, "injected I/O error at " + std::string(place)};
    case fail_action::full:
      return error{errc::disk_full, "injected: no space left at " + std::string(place)};
  }
  return std::nullopt;
}

}  // namespace theus::journal
