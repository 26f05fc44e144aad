#pragma once

#include <chrono>
#include <cstddef>
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
  // Of a timer: how long it may have been asked for. A turn that takes intakes has several times.
  std::vector<std::chrono::microseconds> delays;
  std::string text;  // for people

  bool same(const call& other) const;
  bool ends_the_run() const;
};

// Others follow from calls: what is withdrawn, the ends of phases and iterations, markers.
bool is_call(const journal::command& c);
// The calls among the commands, up to a number that tells enough; asked for at one of the times.
void append_calls(std::vector<call>& to, std::span<const journal::command> commands,
                  std::span<const journal::wall_time> asked_at);

// From a mismatch on.
class recorded_calls {
 public:
  // An event, and when it came.
  struct arrival {
    journal::event what;
    journal::wall_time raw_time;
    journal::wall_time time;
    std::size_t order = 0;
  };

  recorded_calls(const mismatch& found, std::span<const journal::stored_record> later);

  const std::vector<call>& all() const { return calls_; }
  // Such a call that is left, with an outcome or without.
  std::optional<std::size_t> find_like(const call& asked, bool with_outcome) const;
  std::optional<arrival> outcome_of(const call& recorded) const;
  void take(std::size_t index) { taken_[index] = true; }
  // What came of calls that had been asked for before, in order.
  const arrival* next_earlier() const { return earlier_.empty() ? nullptr : &earlier_.front(); }
  arrival take_earlier();
  // Signals and cancellations, in order.
  std::optional<arrival> take_message();

 private:
  void note(const journal::event& e, const journal::record& r);

  std::vector<call> calls_;
  std::vector<bool> taken_;
  std::map<journal::command_id, arrival> outcomes_;
  std::deque<arrival> earlier_;
  std::deque<arrival> messages_;
  std::size_t events_ = 0;
};

}  // namespace theus
