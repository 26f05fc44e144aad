#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <boost/intrusive/slist.hpp>

#include "theus/journal/record.hpp"
#include "theus/runtime/branch.hpp"
#include "theus/runtime/condition_wait.hpp"
#include "theus/runtime/context_writes.hpp"
#include "theus/runtime/finished_scopes.hpp"
#include "theus/runtime/frame_pool.hpp"
#include "theus/runtime/promise.hpp"
#include "theus/runtime/reentry_node.hpp"
#include "theus/runtime/short_history.hpp"

namespace theus {

class promise_state;
class turn_guard;
struct guard_findings;

struct machine_limits {
  // Events a turn applies. More than twice the operations that may be pending, so that all timers
  // of a run that came due while nothing ran fit the turn of the event they come before (rule 10).
  std::size_t events_per_turn = 100'000;
  std::size_t pending_operations = 40'000;  // with tasks, and waits within the run
  // Ten times as often, coroutines may go on behind one event.
  std::size_t commands_per_turn = 250'000;
  std::uint32_t nesting = 1'000;  // workflows awaiting workflows
  // What the code must not call: outlives the machine. Null: nobody looks.
  turn_guard* guard = nullptr;
};

// Events that came in at one time. An intake's events keep the intake's times (semantics rule 11).
struct event_batch {
  journal::wall_time raw_time;  // decides which timers are due and where relative deadlines start
  journal::wall_time time;      // what ctx.now() says
  std::span<const journal::event> events;
  // Of a shortened history: the attempts before those that count are left out, and signals too, so
  // here are the numbers of those that are there.
  bool is_shortened = false;
  std::span<const std::uint64_t> signal_numbers = {};
};

// The end of a phase or iteration whose body is not run, and where it comes (journal::close_scope):
// of the events of the turn's own, behind so many of those that are applied.
struct recorded_close {
  const journal::close_scope* closed = nullptr;
  std::uint32_t moment = 0;
  std::uint32_t behind_events = 0;
  const value* context = nullptr;  // the Context around it afterwards; null: made from its changes
};

// Replay: what its record says of a turn.
struct recorded_turn {
  std::span<const recorded_close> closes;  // of what is not run
  std::span<const journal::command> commands;

  // Where a marker says which one.
  std::optional<std::int32_t> version_of(std::string_view scope, std::string_view change) const;
};

// A command with what a report needs beside it; only `value` is recorded.
struct attempted_command {
  journal::command value;
  reencode_function reencode = nullptr;  // for its payload
  std::source_location awaited_at;
  // When in its turn, as in journal::close_scope.
  std::uint32_t moment = 0;
  std::uint32_t behind_events = 0;
};

struct log_line {
  journal::wall_time time;
  std::string text;
};

// What an activation produced. `events` are those that were applied, in order, with the timers that
// came due between them; events for commands that are no longer open were dropped (rule 25).
struct turn_draft {
  std::vector<journal::event> events;  // without those of consumed intakes
  std::vector<attempted_command> commands;
  std::vector<log_line> log;  // for the live run only, once the turn is durable
};

// The workflow threw something that may not cross a border, or broke a limit: a bug in the
// workflow. So is a call that the guard forbids. The turn does not exist; the machine is of no
// further use (rules 1 and 12).
struct workflow_bug {
  std::string type;  // of the exception
  std::string message;
  std::string location;            // "file:line" of the last await, "" when there was none
  bool is_forbidden_call = false;  // then the type is the function's name

  // "the workflow threw std::runtime_error: …", with the location
  std::string explain() const;
};

// The run follows a version of a change that this code does not support: see ctx.version().
class unsupported_version : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// On replay: the Context was not what it was when a phase or iteration closed.
struct context_drift {
  journal::command_id scope;
  std::string message;
};

using step_result = std::variant<turn_draft, workflow_bug, context_drift>;

// The sans-I/O heart: owns a run's coroutines and pending operations and turns events into
// commands. It has no clock, thread, socket or logger; the engine, the replay tool, simulation and
// tests call it alike, live and on replay. Destroying it destroys the frames, innermost first;
// while that happens the run's context is closed (rule 16). Thread: one at a time.
class machine {
 public:
  // `run`: whose it is, for the tokens of its promises.
  explicit machine(const workflow_type& type, const machine_limits& bounds = {},
                   journal::run_id run = {});
  ~machine();
  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;

  // Applies the batches in order: those of consumed intakes, then the turn's own. After each event
  // everything runnable runs in FIFO order (rule 10). The first event of a run is `started`.
  // `recorded` is null for a turn that nobody recorded yet. On replay the ends of what is not run
  // come in between, and changes of the code keep to the versions that were recorded (rule 22).
  step_result step(std::span<const event_batch> intakes, const event_batch& own,
                   const recorded_turn* recorded = nullptr);

  // Replay: these phases and iterations are not run; their recorded ends come with the steps.
  // Null, as at first: everything is run. It has to stay until it is taken back.
  void skip(const finished_scopes* over) { over_ = over; }
  // From now on what is applied is also put there; null: nowhere.
  void trace(std::vector<applied_step>* applied) { applied_ = applied; }

  // What else a run knows beside its frames and its Context: signals, and what was seen before.
  // With a shortened history it is what the whole one would have left.
  value runtime_state() const;
  // Errors: corrupt.
  result<void> restore_runtime_state(const value& state);
  // Is the signal still to be taken?
  bool is_unread(std::uint64_t signal) const;
  // Those that are, by name, each in the order in which they came.
  std::map<std::string, std::vector<journal::payload>> unread_signals() const;

  // Attempts that failed or started, and an end from outside: known to the engine, invisible to the
  // workflow (rule 24).
  void note(const journal::event& attempt_event);

  // Would this event change anything? False for results of closed commands and outdated attempts,
  // for fired timers that are not pending, for messages seen before, and after the run's end.
  bool accepts(const journal::event& e) const;

  // What became of it is known, for the last so many promises: a repetition is harmless.
  // Errors: already_settled (with another outcome), not_found.
  static constexpr std::size_t most_settlements = 1'000;
  result<void> answer_to(const journal::promise_settled& e) const;
  // An update that was accepted. `answer` is there once it has completed, for the last so many.
  struct seen_update {
    bool is_open = true;
    std::optional<std::variant<journal::payload, journal::failure_info>> answer = {};
  };
  static constexpr std::size_t most_open_updates = 1'000;
  static constexpr std::size_t most_answers = 1'000;
  static constexpr std::size_t most_answer_bytes = 4 * 1024 * 1024;
  // Null: there was none with this id.
  const seen_update* find_update(std::string_view update_id) const;
  std::size_t open_updates() const { return open_updates_; }

  // Replay: it was recorded, and may be for something that is not run.
  void remember(const journal::event& recorded);

  bool is_finished() const { return finished_; }
  // Rule 14: open scopes and unread signals. Only of use while no phase or loop that has begun
  // awaits its recorded end.
  journal::hash256 state_digest() const;
  bool awaits_records() const;
  // What the last step wrote into Contexts: context_writes::encode().
  std::string written() const { return written_.encode(); }

  // The run's own Context, and those of the phases and iterations that run, outermost first.
  branch& context() { return context_; }
  const branch& context() const { return context_; }
  std::vector<const reentry_node*> open_reentries() const;

  activity_leaf* find_activity(const journal::command_id& id) const;
  child_leaf* find_child(const journal::command_id& id) const;
  promise_state* find_promise(const journal::command_id& id) const;
  std::vector<activity_leaf*> pending_activities() const;  // in order of their ids
  std::vector<const leaf*> pending() const;                // all that is awaited, likewise
  // The pending timers due at or before `at`, by deadline, then id.
  std::vector<journal::timer_fired> due_timers(journal::wall_time at) const;
  std::optional<journal::wall_time> next_deadline() const;
  // Nothing but timers is awaited.
  bool only_sleeps() const;
  // What is awaited, of the outside and within the run, and the tasks that run.
  std::size_t pending_count() const { return pending_count_; }
  // Awaited within the run, by scope: "a mutex in scope 2".
  std::vector<std::string> inner_waits() const;
  // No event but a cancellation can go on with it: all that it waits for is within the run.
  bool is_deadlocked() const { return body_ && !finished_ && pending_.empty(); }
  std::size_t frame_count() const;

  // ---- for coroutines, nodes and the context while a step runs

  void issue(journal::command command, reencode_function reencode, std::source_location at);
  void enqueue(promise_base& runnable);
  void enter(reentry_node& begun);
  void complete_update(const std::string& update_id, journal::payload answer,
                       reencode_function reencode);
  // Throws what may not cross a border (rule 12).
  void fail_update(const std::string& update_id, const std::exception_ptr& error);
  bool is_over(const journal::command_id& id, std::uint32_t iteration) const {
    return over_ && over_->is_over(id, iteration);
  }
  void close_when_quiet(reentry_node& ended);
  void await_condition(condition_wait& begun) { conditions_.push_back(begun); }
  // One more or less of what is bounded by machine_limits::pending_operations.
  void count_pending();
  void discount_pending() { --pending_count_; }
  // The coroutine does something that a condition, which is only to look, must not.
  void act(const char* call) {
    if (is_asking_) refuse_in_condition(call);
  }
  // Says where in its turn it closes.
  void locate(journal::close_scope& closed) const;
  scope& current() const { return *current_; }
  // It closes: its end says what it changed.
  void forget_writes(std::string_view scope) { written_.forget(scope); }
  const random_seed& seed() const { return seed_; }
  const std::string& workflow_id() const { return workflow_id_; }
  const journal::run_id& run() const { return run_; }
  const workflow_type& type() const { return type_; }
  // Of a child: who asked for it.
  const std::optional<journal::message_id>& parent() const { return parent_; }
  scope_list& open_scopes() { return scopes_; }
  frame_pool& frames() { return frames_; }
  const machine_limits& bounds() const { return bounds_; }
  void note_await(std::source_location at) { last_await_ = at; }
  // Throws unsupported_version, after which the step ends as a bug.
  std::int32_t version_of(std::string_view change, std::int32_t least, std::int32_t most,
                          std::source_location at);
  journal::wall_time now() const { return time_; }
  journal::wall_time raw_now() const { return raw_time_; }
  // What now() says until a step: for code that looks at a run outside of its turns.
  void stand_at(journal::wall_time time) { time_ = raw_time_ = time; }
  // Where the coroutine that runs awaited last, where the one that awaits it does, and so on.
  std::vector<std::source_location> awaits() const;
  void log(std::string text);
  // False while the frames are being destroyed: calls on the context are then silent no-ops.
  bool is_open() const { return !closing_; }
  // Ends the step as a bug: nothing more of the run is resumed.
  void break_limit(const char* which, std::size_t limit);
  void note_bug(const std::exception& thrown);
  void note_unknown_bug();

 private:
  friend class inner_wait;
  friend class leaf;
  friend class timer_leaf;
  friend class signal_leaf;

  struct id_of {
    using type = journal::command_id;
    const type& operator()(const leaf& l) const { return l.id(); }
  };
  struct earlier {
    bool operator()(const timer_leaf& a, const timer_leaf& b) const;
  };
  using pending_set = boost::intrusive::set<leaf, boost::intrusive::base_hook<by_id_hook>,
                                            boost::intrusive::key_of_value<id_of>,
                                            boost::intrusive::constant_time_size<false>>;
  using timer_set = boost::intrusive::set<timer_leaf, boost::intrusive::compare<earlier>,
                                          boost::intrusive::constant_time_size<false>,
                                          boost::intrusive::base_hook<by_deadline_hook>>;
  using waiter_list =
      boost::intrusive::list<signal_leaf, boost::intrusive::constant_time_size<false>,
                             boost::intrusive::base_hook<by_signal_hook>>;
  using ready_queue = boost::intrusive::slist<promise_base, boost::intrusive::cache_last<true>,
                                              boost::intrusive::constant_time_size<false>>;

  // Signals of one name. The digest covers all that ever came and how many were consumed, so it
  // costs the same however many are unread.
  struct unread_signal {
    std::uint64_t number;
    journal::payload value;
  };
  struct mailbox {
    std::deque<unread_signal> unread;
    waiter_list waiters;
    journal::hash256 received;  // chained over every value
    std::uint64_t received_count = 0;
    std::uint64_t reserved = 0;  // unread, and taken by what is not run when that closes
  };
  struct place_of {
    using type = journal::command_id;
    const type& operator()(const reentry_node& n) const { return n.id(); }
  };
  using reentry_set =
      boost::intrusive::set<reentry_node, boost::intrusive::base_hook<by_place_hook>,
                            boost::intrusive::key_of_value<place_of>,
                            boost::intrusive::constant_time_size<false>>;
  using closing_queue =
      boost::intrusive::slist<reentry_node, boost::intrusive::base_hook<closing_hook>,
                              boost::intrusive::cache_last<true>,
                              boost::intrusive::constant_time_size<false>>;
  using condition_list =
      boost::intrusive::list<condition_wait, boost::intrusive::base_hook<by_condition_hook>,
                             boost::intrusive::constant_time_size<false>>;
  struct by_sender {
    bool operator()(const journal::message_id& a, const journal::message_id& b) const;
  };

  void take_findings(guard_findings found);
  void apply(const event_batch& batch, bool listed);
  void fire_due_before(const journal::event& e);
  void take_due_records();
  void take(const recorded_close& record);
  void list_event(journal::event e);
  void dispatch(const journal::event& e);
  void settle_event();
  void run_until_quiet();
  void resume_next();
  bool wake_condition();
  bool ask(condition_wait& waiting);
  void settle_tasks(promise_base& ended);
  void refuse_in_condition(const char* call);
  std::vector<const inner_wait*> inner_waits_by_scope() const;
  void settle_root();
  void end_failed(std::exception_ptr error);
  void note_bug(std::string type, std::string message);
  bool stops() const { return finished_ || bug_ || drift_; }
  std::uint64_t number_signal();
  void keep_unread(mailbox& box, std::uint64_t number, journal::payload payload);

  void on_event(const journal::started& e);
  void on_event(const journal::activity_completed& e);
  void on_event(const journal::timer_fired& e);
  void on_event(const journal::child_ended& e);
  void on_event(const journal::promise_settled& e);
  void on_event(const journal::signal_received& e);
  void on_event(const journal::cancel_requested& e);
  void on_event(const journal::attempt_failed& e);
  void on_event(const journal::attempt_started& e);
  void on_event(const journal::terminated&) { finished_ = true; }
  void on_event(const journal::paused&) {}
  void on_event(const journal::resumed&) {}
  void on_event(const journal::update_accepted& e);
  void close_update(journal::complete_update done, reencode_function reencode);
  leaf* find_pending(const journal::command_id& id, journal::withdraw::target kind) const;

  const workflow_type& type_;
  machine_limits bounds_;
  journal::run_id run_;
  frame_pool frames_;  // before all that may own frames

  pending_set pending_;
  std::size_t pending_count_ = 0;
  timer_set timers_;
  std::map<std::string, mailbox, std::less<>> mailboxes_;
  std::set<journal::message_id, by_sender> seen_messages_;
  std::set<std::string, std::less<>> seen_requests_;
  // Promises that were settled, and the hash of how: the first outcome of each, the last so many.
  std::map<journal::command_id, journal::hash256> settlements_;
  std::deque<journal::command_id> settled_;  // in the order of coming in
  std::map<std::string, seen_update, std::less<>> updates_;
  std::size_t open_updates_ = 0;
  std::deque<std::string> answered_;  // those with an answer, in the order of completing
  std::size_t answer_bytes_ = 0;
  context_writes written_;
  branch context_{written_};
  reentry_set reentries_;
  closing_queue closing_reentries_;
  inner_wait_list inner_waits_;
  condition_list conditions_;  // in order of awaiting
  scope_list scopes_;          // in order of opening
  ready_queue ready_;
  std::unique_ptr<run_body> body_;

  random_seed seed_{};
  std::string workflow_id_;
  std::optional<journal::message_id> parent_;
  scope* current_ = nullptr;
  journal::wall_time time_{};
  journal::wall_time raw_time_{};
  bool finished_ = false;
  bool closing_ = false;
  bool cancel_requested_ = false;
  bool is_asking_ = false;  // whether a condition holds
  turn_draft draft_;
  std::optional<workflow_bug> bug_;
  std::optional<context_drift> drift_;

  const finished_scopes* over_ = nullptr;
  std::vector<applied_step>* applied_ = nullptr;
  const recorded_turn* recorded_ = nullptr;
  std::span<const recorded_close> records_;  // still to come in this step
  std::uint32_t moment_ = 0;                 // of this step, as in journal::close_scope
  bool is_shortened_ = false;                // what is applied at the moment
  std::span<const std::uint64_t> signal_numbers_;
  std::uint64_t signals_received_ = 0;
  std::map<std::uint64_t, mailbox*> reserved_;
  std::source_location last_await_;
};

}  // namespace theus
