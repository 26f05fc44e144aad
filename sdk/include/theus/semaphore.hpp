#pragma once

#include <cstddef>
#include <utility>

#include "theus/operation.hpp"
#include "theus/runtime/semaphore_state.hpp"

// Semaphores and mutexes between the tasks of one run. They cost no command and no record. Copies
// share one: so they are passed to workflows by value, and are there for as long as anybody uses
// them. Who awaits first is served first; who gives up waiting leaves the queue, and takes nothing
// with it. Held permits are given back by the destructor of what was awaited, at any normal end of
// a scope; a run that is evicted gives nothing back, it is replayed to where it was. They do not
// cross the border of a phase or loop (semantics rule 21), nor that of a run.
namespace theus {

class acquire_node;

// Gives a theus::permit. Throws cancelled.
class [[nodiscard("theus: an operation does nothing until it is awaited")]] acquire_operation
    : public operation_base<acquire_operation> {
 public:
  using result_type = permit;
  using node_type = acquire_node;

  acquire_operation(boost::intrusive_ptr<semaphore_state> from, std::size_t count)
      : from_(std::move(from)), count_(count) {}

 private:
  friend class acquire_node;
  boost::intrusive_ptr<semaphore_state> from_;
  std::size_t count_;
};

class acquire_node final : public semaphore_wait {
 public:
  using result_type = permit;
  static constexpr bool is_shield = false;

  explicit acquire_node(acquire_operation&& wish)
      : semaphore_wait(std::move(wish.from_), wish.count_) {}
};

// So many at a time:
//   theus::semaphore seats(3);
//   theus::permit seat = co_await seats.acquire();
class semaphore {
 public:
  using bound_to_run = void;

  explicit semaphore(std::size_t permits)
      : state_(new semaphore_state(inner_wait::target::semaphore, permits)) {}

  // All of them together. Waiting for more than there ever are is a bug.
  acquire_operation acquire(std::size_t count = 1) const { return {state_, count}; }
  std::size_t available() const { return state_->available(); }

 private:
  boost::intrusive_ptr<semaphore_state> state_;
};

// One at a time:
//   theus::permit lock = co_await accounts.lock();
// Who holds it and awaits it again waits for ever.
class mutex {
 public:
  using bound_to_run = void;

  mutex() : state_(new semaphore_state(inner_wait::target::mutex, 1)) {}

  acquire_operation lock() const { return {state_, 1}; }
  bool is_locked() const { return state_->available() == 0; }

 private:
  boost::intrusive_ptr<semaphore_state> state_;
};

}  // namespace theus
