#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "theus/channel_state.hpp"
#include "theus/operation.hpp"

namespace theus {

template <class T>
class channel_send_node;
template <class T>
class channel_receive_node;

template <class T>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] channel_send_operation
    : public operation_base<channel_send_operation<T>> {
 public:
  using result_type = void;
  using node_type = channel_send_node<T>;

  channel_send_operation(boost::intrusive_ptr<channel_state<T>> to, T value)
      : to_(std::move(to)), value_(std::move(value)) {}

 private:
  friend node_type;
  boost::intrusive_ptr<channel_state<T>> to_;
  T value_;
};

template <class T>
class channel_send_node final : public channel_send_wait<T> {
 public:
  using result_type = void;
  static constexpr bool is_shield = false;

  explicit channel_send_node(channel_send_operation<T>&& wish)
      : channel_send_wait<T>(std::move(wish.to_), std::move(wish.value_)) {}
};

template <class T>
class [[nodiscard(
    "theus: an operation does nothing until it is awaited")]] channel_receive_operation
    : public operation_base<channel_receive_operation<T>> {
 public:
  using result_type = std::optional<T>;
  using node_type = channel_receive_node<T>;

  explicit channel_receive_operation(boost::intrusive_ptr<channel_state<T>> from)
      : from_(std::move(from)) {}

 private:
  friend node_type;
  boost::intrusive_ptr<channel_state<T>> from_;
};

template <class T>
class channel_receive_node final : public channel_receive_wait<T> {
 public:
  using result_type = std::optional<T>;
  static constexpr bool is_shield = false;

  explicit channel_receive_node(channel_receive_operation<T>&& wish)
      : channel_receive_wait<T>(std::move(wish.from_)) {}
};

// Values from tasks of a run to others of it, first in first out, each to one receiver. It costs no
// command and no record, so T need not be recordable, only movable.
//   theus::channel<order> orders(8);
//   co_await orders.send(o);
//   while (std::optional<order> next = co_await orders.receive()) …
// Copies share one channel, as with semaphore and mutex, whose rules it follows. Who gives up
// sending has sent nothing; a value that was received and then not taken, because what was awaited
// beside it failed, is the next one again.
template <class T>
class channel {
  static_assert(std::movable<T>, "theus: a channel carries values that can be moved");

 public:
  using bound_to_run = void;

  // Takes any number of values: sending never waits.
  channel() : channel(channel_state<T>::unbounded) {}
  // Sending waits while so many are unreceived; 0: until somebody receives.
  explicit channel(std::size_t capacity) : state_(new channel_state<T>(capacity)) {}

  // Throws failure "channel_closed", cancelled.
  channel_send_operation<T> send(T value) const { return {state_, std::move(value)}; }
  // Empty when the channel is closed and everything that was sent has been received. Throws
  // cancelled.
  channel_receive_operation<T> receive() const { return channel_receive_operation<T>(state_); }
  // Nothing more is sent. Who waits to send already does so still, and what was sent is received.
  void close() const { state_->close(); }

  bool is_closed() const { return state_->is_closed(); }
  std::size_t size() const { return state_->size(); }  // sent, not received

 private:
  boost::intrusive_ptr<channel_state<T>> state_;
};

}  // namespace theus
