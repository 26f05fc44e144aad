#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/mismatch.hpp"

#include "mutation/mutate.hpp"

namespace theus::mutation {

// What is run again: everything, or what is not over by the end of the recording; and what is
// compared: everything, or as a recovery does, the state only at the end.
enum class how { from_zero, replay, recovery };

// Where a recorded run came by, turn by turn.
class recorded_visits {
 public:
  // Replays it with the script in the book.
  explicit recorded_visits(std::span<const journal::stored_record> records);

  // The turn in which the mutation is to be found; none where nothing is.
  std::optional<journal::sequence> expected(const mutation& m, how what) const;
  // The state was otherwise only while phases or iterations were open that are not run again: then
  // it depends on where they begin and end whether anybody looks at it.
  bool may_be_missed(const mutation& m, how what) const;
  // What may be said to be the cause of it.
  std::vector<std::string> causes(const mutation& m, how what) const;

 private:
  struct located {
    visit what;
    journal::sequence turn;
  };

  bool is_at(const located& v, const place& p) const;
  bool is_affected(const located& v, const mutation& m, how what) const;
  bool is_hidden(const visit& v) const;

  std::vector<located> visits_;
  std::vector<std::string> left_;  // phases and iterations
};

// What a replay with the script in the book says.
std::optional<mismatch> replayed(std::span<const journal::stored_record> records, how what);

}  // namespace theus::mutation
