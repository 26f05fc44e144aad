#pragma once

#include <cstdint>
#include <string_view>

#include <boost/intrusive/list.hpp>

#include "theus/runtime/wait_node.hpp"

namespace theus {

using by_run_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct by_run>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// A wait for something inside the run: the end of a task, a mutex, a condition. It makes no command
// and no event ends it, so nothing of it is recorded: replay brings it back by running again what
// led to it.
class inner_wait : public wait_node, public by_run_hook {
 public:
  // Part of the state digest: numbers stay.
  enum class target : std::uint8_t {
    task = 1,
    condition = 2,
    semaphore = 3,
    mutex = 4,
    sending = 5,
    receiving = 6,
    promise = 7
  };

  virtual target kind() const = 0;
  // Whose await it belongs to.
  scope& waiter() const { return *waiter_; }
  // False while frames are being destroyed: then nobody goes on (semantics rule 16).
  bool is_run_open() const;

 protected:
  inner_wait() = default;
  ~inner_wait() = default;

  // What it waits for lives in scopes whose Context is `home`. A border of a phase or loop between
  // the two is a bug in the workflow (semantics rule 21): false.
  bool is_inside(const scope& in, const branch& home) const;
  void enter(scope& in);  // joins what the run waits for
  void leave();
  bool was_withdrawn() const { return withdrawn_; }
  // Leaves, and is done without a value.
  void withdraw();

 private:
  // Out of the queue of what it waits for.
  virtual void give_up() = 0;
  void do_cancel() override { withdraw(); }

  scope* waiter_ = nullptr;
  bool withdrawn_ = false;
};

// "a mutex"
std::string_view to_string(inner_wait::target what);

using inner_wait_list = boost::intrusive::list<inner_wait, boost::intrusive::base_hook<by_run_hook>,
                                               boost::intrusive::constant_time_size<false>>;

}  // namespace theus
