#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <utility>

#include <boost/intrusive/list.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include "theus/runtime/errors.hpp"
#include "theus/runtime/inner_wait.hpp"

// What channel.hpp is made of.
namespace theus {

template <class T>
class channel_state;

using by_channel_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct by_channel>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

template <class T>
class channel_send_wait : public inner_wait, public by_channel_hook {
 public:
  channel_send_wait(boost::intrusive_ptr<channel_state<T>> to, T value)
      : to_(std::move(to)), value_(std::move(value)) {}

  target kind() const final { return target::sending; }
  void take() const {
    if (refused_) throw failure("channel_closed", "the channel to send to is closed");
    if (was_withdrawn()) throw cancelled();
  }

 private:
  friend class channel_state<T>;

  void do_start(scope& in, std::source_location) final {
    if (!is_inside(in, to_->home(in))) return;
    if (to_->is_closed()) {
      refused_ = true;
      return finish(true);
    }
    enter(in);
    to_->senders_.push_back(*this);
    to_->settle();
  }
  void give_up() final {
    if (by_channel_hook::is_linked()) unlink();
    to_->settle();  // of a closed one this may have been the last value
  }
  void unlink() { by_channel_hook::unlink(); }

  boost::intrusive_ptr<channel_state<T>> to_;
  T value_;
  bool refused_ = false;
};

template <class T>
class channel_receive_wait : public inner_wait, public by_channel_hook {
 public:
  explicit channel_receive_wait(boost::intrusive_ptr<channel_state<T>> from)
      : from_(std::move(from)) {}
  ~channel_receive_wait() {
    if (value_ && is_run_open()) from_->put_back(std::move(*value_));
  }

  target kind() const final { return target::receiving; }
  std::optional<T> take() {
    if (was_withdrawn()) throw cancelled();
    return std::exchange(value_, std::nullopt);
  }

 private:
  friend class channel_state<T>;

  void do_start(scope& in, std::source_location) final {
    if (!is_inside(in, from_->home(in))) return;
    enter(in);
    from_->receivers_.push_back(*this);
    from_->settle();
  }
  void give_up() final { unlink(); }
  void unlink() { by_channel_hook::unlink(); }

  boost::intrusive_ptr<channel_state<T>> from_;
  std::optional<T> value_;  // received and not taken yet
};

// What a channel and its copies share.
template <class T>
class channel_state {
 public:
  static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

  explicit channel_state(std::size_t capacity) : capacity_(capacity) {}

  bool is_closed() const { return closed_; }
  std::size_t size() const { return values_.size(); }
  void close() {
    closed_ = true;
    settle();
  }

  friend void intrusive_ptr_add_ref(channel_state* s) { ++s->uses_; }
  friend void intrusive_ptr_release(channel_state* s) {
    if (--s->uses_ == 0) delete s;
  }

 private:
  friend class channel_send_wait<T>;
  friend class channel_receive_wait<T>;

  template <class Wait>
  using list = boost::intrusive::list<Wait, boost::intrusive::base_hook<by_channel_hook>,
                                      boost::intrusive::constant_time_size<false>>;

  // Of who awaited it first.
  const branch& home(const scope& in) {
    if (!home_) home_ = &in.context();
    return *home_;
  }
  void put_back(T value) {
    values_.push_front(std::move(value));
    settle();
  }

  // Each step leaves everything in order before it tells somebody: who is told may give up others
  // that wait here.
  void settle() {
    while (is_open() && (hand_over() || let_in() || hand_through() || tell_end())) {
    }
  }
  // Closed while frames are destroyed: then nobody goes on (semantics rule 16).
  bool is_open() const {
    return (senders_.empty() || senders_.front().is_run_open()) &&
           (receivers_.empty() || receivers_.front().is_run_open());
  }
  // The oldest value to the first who waits.
  bool hand_over() {
    if (values_.empty() || receivers_.empty()) return false;
    T oldest = std::move(values_.front());
    values_.pop_front();
    give(receivers_.front(), std::move(oldest));
    return true;
  }
  // The first who waits for room.
  bool let_in() {
    if (senders_.empty() || values_.size() >= capacity_) return false;
    channel_send_wait<T>& first = senders_.front();
    values_.push_back(std::move(first.value_));
    first.unlink();
    first.leave();
    first.finish(false);
    return true;
  }
  // Where there is never room, from hand to hand.
  bool hand_through() {
    if (senders_.empty() || receivers_.empty()) return false;
    channel_send_wait<T>& sender = senders_.front();
    sender.unlink();
    give(receivers_.front(), std::move(sender.value_));
    // Who received may have given it up: any(c.send(1), c.receive()).
    if (sender.is_done()) return true;
    sender.leave();
    sender.finish(false);
    return true;
  }
  bool tell_end() {
    if (!closed_ || receivers_.empty() || !senders_.empty()) return false;
    end(receivers_.front());
    return true;
  }
  static void give(channel_receive_wait<T>& receiver, T value) {
    receiver.value_.emplace(std::move(value));
    end(receiver);
  }
  static void end(channel_receive_wait<T>& receiver) {
    receiver.unlink();
    receiver.leave();
    receiver.finish(false);
  }

  std::size_t capacity_;
  std::deque<T> values_;
  list<channel_send_wait<T>> senders_;
  list<channel_receive_wait<T>> receivers_;
  const branch* home_ = nullptr;
  std::uint32_t uses_ = 0;
  bool closed_ = false;
};

}  // namespace theus
