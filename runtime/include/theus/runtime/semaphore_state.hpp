#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/intrusive/list.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include "theus/runtime/inner_wait.hpp"

namespace theus {

class semaphore_state;

using by_semaphore_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct by_semaphore>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// Permits that somebody holds; gives them back when it is destroyed, also when what was being
// awaited together with it failed. Movable.
class [[nodiscard("theus: it is given back at once where nobody keeps it")]] permit {
 public:
  using bound_to_run = void;  // not recordable

  permit() = default;  // of nothing
  permit(boost::intrusive_ptr<semaphore_state> from, std::size_t count)
      : from_(std::move(from)), count_(count) {}
  permit(permit&& other) noexcept = default;
  permit& operator=(permit&& other) noexcept {
    permit moved(std::move(other));
    std::swap(from_, moved.from_);
    std::swap(count_, moved.count_);
    return *this;
  }
  ~permit() { release(); }

  // Before its time. Nothing happens when it holds none any more.
  void release();
  explicit operator bool() const { return from_ != nullptr; }

 private:
  boost::intrusive_ptr<semaphore_state> from_;
  std::size_t count_ = 0;
};

// Waits for permits of a semaphore, or for a mutex.
class semaphore_wait : public inner_wait, public by_semaphore_hook {
 public:
  semaphore_wait(boost::intrusive_ptr<semaphore_state> from, std::size_t count)
      : from_(std::move(from)), count_(count) {}

  target kind() const final;
  permit take();  // throws cancelled

 private:
  friend class semaphore_state;

  void do_start(scope& in, std::source_location at) final;
  void give_up() final;

  boost::intrusive_ptr<semaphore_state> from_;
  std::size_t count_;
  permit held_;
};

// What a semaphore or mutex and its copies share. Of the run that awaited it first, and of that
// side of a phase's border.
class semaphore_state {
 public:
  semaphore_state(inner_wait::target what, std::size_t permits)
      : what_(what), permits_(permits), available_(permits) {}

  std::size_t available() const { return available_; }

  friend void intrusive_ptr_add_ref(semaphore_state* s) { ++s->uses_; }
  friend void intrusive_ptr_release(semaphore_state* s) {
    if (--s->uses_ == 0) delete s;
  }

 private:
  friend class permit;
  friend class semaphore_wait;

  void give_back(std::size_t count);
  // To those who wait, in the order of awaiting; nobody overtakes one who waits for more.
  void serve();

  inner_wait::target what_;
  std::size_t permits_;
  std::size_t available_;
  const branch* home_ = nullptr;
  std::uint32_t uses_ = 0;
  boost::intrusive::list<semaphore_wait, boost::intrusive::base_hook<by_semaphore_hook>,
                         boost::intrusive::constant_time_size<false>>
      waits_;
};

}  // namespace theus
