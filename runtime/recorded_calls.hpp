#pragma once

#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/mismatch.hpp"

// What a run asked for and what came of it, as calls that can be compared with other code's.
namespace theus {

// A command without its number, which every call before it changes.
struct call {
  std::string kind;
  std::string name;
  std::string content;
  journal::command_id id;
  journal::wall_time deadline;  // of a timer
  std::string text;             // for people

  bool same(const call& other) const {
    return kind == other.kind && name == other.name && content == other.content;
  }
  bool ends_the_run() const;
};

// Others follow from calls: what is withdrawn, the ends of phases and iterations, markers.
bool is_call(const journal::command& c);
// The calls among the commands, up to a number that tells enough.
void append_calls(std::vector<call>& to, std::span<const journal::command> commands,
                  journal::wall_time asked_at);

// From a mismatch on.
class recorded_calls {
 public:
  // An event, and when it came.
  struct arrival {
    journal::event what;
    journal::wall_time raw_time;
    journal::wall_time time;
  };

  recorded_calls(const mismatch& found, std::span<const journal::stored_record> later);

  const std::vector<call>& all() const { return calls_; }
  // How such a call ended, if one is left that did.
  std::optional<arrival> take_outcome_like(const call& asked);
  std::optional<arrival> outcome_of(const call& recorded) const;
  // Signals and cancellations, in order.
  std::optional<arrival> take_message();

 private:
  void note(const journal::event& e, const journal::record& r);

  std::vector<call> calls_;
  std::vector<bool> taken_;  // their outcomes
  std::map<journal::command_id, arrival> outcomes_;
  std::deque<arrival> messages_;
};

}  // namespace theus
