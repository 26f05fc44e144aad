#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/checkpoint.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/runtime/promise_state.hpp"
#include "theus/runtime/replayer.hpp"

#include "simulation/verdict.hpp"

namespace theus::simulation {

// What the clock has shown: it jumps, so "has this moment been reached since" is a question of its
// own.
class clock_history {
 public:
  void moved_to(journal::wall_time now);
  // Names this moment.
  std::size_t mark() const { return highest_.size() - 1; }
  journal::wall_time highest_since(std::size_t mark) const;
  journal::wall_time highest_ever() const { return highest_since(0); }

 private:
  // Between two steps back each; the first begins before time.
  std::vector<journal::wall_time> highest_{journal::wall_time::min()};
  journal::wall_time last_ = journal::wall_time::min();
};

struct by_sender {
  bool operator()(const journal::message_id& a, const journal::message_id& b) const {
    if (a.sender != b.sender) return a.sender < b.sender;
    if (a.command != b.command) return a.command < b.command;
    return a.what < b.what;
  }
};

// The durable records of one run, read as they become durable and checked one by one: chain,
// sequence, time, replay, and what the events say against what the world saw.
class run_history {
 public:
  struct scheduled {
    journal::schedule_activity command;
    std::uint32_t failed = 0;  // attempts, recorded
    journal::wall_time next_attempt;
    std::size_t failed_at = 0;  // mark of the clock
    std::uint32_t let_go = 0;   // at most once: the attempt that was recorded as started
    bool is_completed = false;
  };

  struct accepted_update {
    std::optional<std::variant<journal::payload, journal::failure_info>> outcome;
  };

  run_history(journal::run_id run, const registry& what, const clock_history& clock)
      : id_(run), what_(what), clock_(clock) {}

  // Says what is wrong, if something is.
  std::optional<std::string> feed(std::string_view bytes);
  // All records once more, by a machine that knows nothing (invariant 2).
  std::optional<std::string> replay_from_zero() const;
  // The same, but what is over is not run again (rule 19): from all records, and from a checkpoint
  // and the records behind it (rule 20).
  std::optional<std::string> replay_rest() const;
  std::optional<std::string> replay_from(const checkpoint& begin) const;
  // What these records give; none if no checkpoint can be there.
  std::optional<checkpoint> checkpoint_at(journal::sequence at) const;

  journal::run_id id() const { return id_; }
  const std::string& workflow_id() const { return start_.workflow_id; }
  const journal::started& start() const { return start_; }
  const std::vector<journal::stored_record>& records() const { return records_; }
  bool has_started() const { return !records_.empty(); }
  const std::optional<run_outcome>& outcome() const { return outcome_; }
  journal::wall_time closed_at() const { return records_.back().value.time; }
  // Where the run is, by replay. Not for a run without records.
  replayer& state() const { return *live_; }
  std::size_t awaiting_turn() const { return live_->unconsumed().size(); }

  const scheduled* find(const std::string& command) const;
  bool has_sent(const journal::command_id& id) const { return sent_.contains(id.to_string()); }
  bool has_received(const journal::message_id& id) const { return received_.contains(id); }
  bool has_signal(const std::string& request_id, const std::string& value) const;
  bool has_cancel() const { return has_cancel_; }
  // Was told to make no turn, and not yet to go on.
  bool is_held() const { return is_held_; }
  bool was_held() const { return was_held_; }
  // What was recorded first of a promise. Null: nothing.
  const settlement* settlement_of(const journal::command_id& promise) const;
  // Null: it was not accepted.
  const accepted_update* find_update(const std::string& update_id) const;
  // As the parent: nobody waits for that child.
  bool has_detached(const journal::command_id& id) const {
    return detached_.contains(id.to_string());
  }
  // As the parent: what it asked for, by command.
  const std::map<std::string, journal::start_child>& children() const { return children_; }
  // As the parent: of the child that this command asked for. Null: nothing is recorded.
  const journal::child_ended* end_of_child(const journal::command_id& command) const;

 private:
  std::optional<std::string> follow(const journal::stored_record& stored);
  std::optional<std::string> check(const journal::event& e, const journal::record& r,
                                   bool is_listed);
  std::optional<std::string> check(const journal::activity_completed& e);
  std::unique_ptr<replayer> fresh() const;
  std::optional<std::string> feed_rest(replayer& into, std::size_t from) const;
  std::optional<std::string> check_update(const journal::command& c);
  void note(const journal::command& c);

  const journal::run_id id_;
  const registry& what_;
  const clock_history& clock_;
  journal::started start_;
  std::vector<journal::stored_record> records_;
  std::unique_ptr<replayer> live_;
  std::optional<run_outcome> outcome_;
  journal::wall_time latest_raw_ = journal::wall_time::min();

  std::map<std::string, scheduled> activities_;
  std::set<std::string> fired_;
  std::set<std::string> sent_;
  std::set<journal::message_id, by_sender> received_;
  std::set<std::pair<std::string, std::string>> signals_;  // request id, value
  bool has_cancel_ = false;
  bool is_held_ = false;
  bool was_held_ = false;
  std::map<std::string, settlement> settlements_;
  std::map<std::string, accepted_update> updates_;
  std::map<std::string, journal::start_child> children_;
  std::map<std::string, journal::child_ended> children_ended_;
  std::set<std::string> detached_;
};

}  // namespace theus::simulation
