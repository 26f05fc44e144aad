#pragma once

#include <chrono>
#include <optional>
#include <source_location>
#include <string>
#include <variant>

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>

#include "theus/journal/record.hpp"
#include "theus/runtime/scope.hpp"

// What a `co_await` waits for: a tree of nodes that lives in the awaiting coroutine's frame.
// Destroying the frame unlinks everything; a pending operation costs no allocation of its own.
namespace theus {

class child_failed;
class wait_node;

// Told once when a node that it started is done.
class wait_parent {
 public:
  virtual void child_done(wait_node& child) = 0;

 protected:
  ~wait_parent() = default;
};

class wait_node {
 public:
  wait_node(const wait_node&) = delete;
  wait_node& operator=(const wait_node&) = delete;

  // Numbers the operation in `in`, issues its commands. May be done when it returns.
  void start(wait_parent& parent, scope& in, std::source_location at);
  // Asks to end early. A leaf is done at once, recorded as withdrawn; a coroutine is cancelled and
  // done when it has ended. Nothing happens to a node that is done or was never started.
  void cancel();

  bool is_started() const { return parent_ != nullptr; }
  bool is_done() const { return done_; }
  // Done without a value: taking it throws.
  bool is_failed() const { return failed_; }

 protected:
  wait_node() = default;
  ~wait_node() = default;

  void finish(bool failed);

 private:
  virtual void do_start(scope& in, std::source_location at) = 0;
  virtual void do_cancel() = 0;

  wait_parent* parent_ = nullptr;
  bool done_ = false;
  bool failed_ = false;
};

// Gives the bytes that today's type writes for what was recorded: encode(decode<T>(recorded)).
// Throws when it does not decode. Null where bytes have to be equal (semantics rule 13).
using reencode_function = journal::payload (*)(const journal::payload& recorded);

// ---- leaves: completed by an event

// Found by id among the machine's pending commands.
using by_id_hook =
    boost::intrusive::set_base_hook<boost::intrusive::tag<struct by_id>,
                                    boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class leaf : public wait_node, public by_id_hook {
 public:
  const journal::command_id& id() const { return id_; }
  // For reports.
  const std::source_location& awaited_at() const { return awaited_at_; }
  virtual journal::withdraw::target kind() const = 0;

 protected:
  leaf() = default;
  ~leaf() = default;

  // Takes the number, joins the pending commands.
  void enter(scope& in, std::source_location at);
  void leave();  // no longer pending
  machine& owner() const { return *owner_; }
  bool was_withdrawn() const { return withdrawn_; }
  // Issues the command, leaves, and is done without a value.
  void withdraw(journal::withdraw::target what, std::optional<journal::wall_time> deadline,
                std::string workflow_id = {});

 private:
  machine* owner_ = nullptr;
  journal::command_id id_;
  std::source_location awaited_at_;
  bool withdrawn_ = false;
};

// An activity whose result is awaited. The typed end in the SDK decodes at delivery.
class activity_leaf : public leaf {
 public:
  // What retries so far have left: recorded by intakes, invisible to the workflow (rule 24).
  struct progress {
    std::uint32_t attempt = 1;                        // the one that counts now
    std::optional<journal::wall_time> scheduled_for;  // when a retry is due; absent: first attempt
    std::optional<journal::failure_info> last_failure;
    bool started = false;  // an at-most-once attempt was let go
  };

  const journal::schedule_activity& command() const { return command_; }
  const progress& attempts() const { return progress_; }

  void note(const journal::attempt_failed& failed);
  void note(const journal::attempt_started& started);
  void deliver(const journal::activity_completed& completed);
  journal::withdraw::target kind() const final { return journal::withdraw::target::activity; }
  // For reports: what may stand for a result of this call that nobody recorded. `other`, if its
  // type can be read from it, or the type's default.
  virtual journal::payload result_like(const journal::payload& other) const = 0;

 protected:
  // `close_after`: its deadline is known when it is scheduled; zero: none.
  activity_leaf(journal::schedule_activity command, reencode_function reencode,
                std::chrono::milliseconds close_after);
  ~activity_leaf() = default;

  // Decodes and keeps; true if taking it will throw.
  virtual bool accept(const journal::payload& value) = 0;
  virtual bool accept(const journal::failure_info& failure, std::uint32_t attempt) = 0;

 private:
  void do_start(scope& in, std::source_location at) final;
  void do_cancel() final;

  journal::schedule_activity command_;
  reencode_function reencode_;
  std::chrono::milliseconds close_after_;
  progress progress_;
};

// A run of its own that this one asked for and waits for. The typed end in the SDK decodes at
// delivery. Withdrawn it is asked to cancel, and what it still says is not waited for.
class child_leaf : public leaf {
 public:
  const journal::start_child& command() const { return command_; }
  void deliver(const journal::child_ended& ended);
  journal::withdraw::target kind() const final { return journal::withdraw::target::child; }
  // For reports, as of an activity.
  virtual journal::payload result_like(const journal::payload& other) const = 0;

 protected:
  child_leaf(journal::start_child command, reencode_function reencode)
      : command_(std::move(command)), reencode_(reencode) {}
  ~child_leaf() = default;

  // Decodes and keeps; true if taking it will throw.
  virtual bool accept(const journal::payload& value) = 0;
  virtual bool accept(const child_failed& failure) = 0;

 private:
  void do_start(scope& in, std::source_location at) final;
  void do_cancel() final;

  journal::start_child command_;
  reencode_function reencode_;
};

using by_deadline_hook =
    boost::intrusive::set_base_hook<boost::intrusive::tag<struct by_deadline>,
                                    boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class timer_leaf : public leaf, public by_deadline_hook {
 public:
  // A delay is relative to the raw time of the event being applied (rule 11), saturating. It is at
  // least a microsecond, so that a loop of zero sleeps does not keep the next event out for ever.
  using moment = std::variant<std::chrono::microseconds, journal::wall_time>;
  explicit timer_leaf(moment when) : when_(when) {}

  journal::wall_time deadline() const { return deadline_; }
  void fire();
  void take() const;  // throws cancelled
  journal::withdraw::target kind() const final { return journal::withdraw::target::timer; }

 private:
  void do_start(scope& in, std::source_location at) final;
  void do_cancel() final;

  moment when_;
  journal::wall_time deadline_;  // known once started
};

using by_signal_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct by_signal>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class signal_leaf : public leaf, public by_signal_hook {
 public:
  const std::string& name() const { return name_; }
  // `number` counts the signals of the run.
  void deliver(const journal::payload& value, std::uint64_t number);
  journal::withdraw::target kind() const final { return journal::withdraw::target::signal; }

 protected:
  explicit signal_leaf(std::string name) : name_(std::move(name)) {}
  ~signal_leaf() = default;

  // Decodes and keeps; true if taking it will throw.
  virtual bool accept(const journal::payload& value) = 0;

 private:
  void do_start(scope& in, std::source_location at) final;
  void do_cancel() final;

  std::string name_;
  scope* taker_ = nullptr;
};

// A run that this one starts and does not wait for. Done as soon as it is issued, as a message is.
class start_leaf : public wait_node {
 public:
  start_leaf(journal::start_child command, reencode_function reencode)
      : command_(std::move(command)), reencode_(reencode) {}
  void take() const {}

 private:
  void do_start(scope& in, std::source_location at) final;
  void do_cancel() final {}

  journal::start_child command_;
  reencode_function reencode_;
};

// A message to another run. Done as soon as it is issued: it leaves when the turn is durable.
class send_leaf : public wait_node {
 public:
  send_leaf(journal::send_signal message, reencode_function reencode)
      : message_(std::move(message)), reencode_(reencode) {}
  void take() const {}

 private:
  void do_start(scope& in, std::source_location at) final;
  void do_cancel() final {}

  journal::send_signal message_;
  reencode_function reencode_;
};

}  // namespace theus
