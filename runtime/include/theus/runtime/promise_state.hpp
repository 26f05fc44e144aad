#pragma once

#include <optional>
#include <source_location>
#include <string>
#include <variant>

#include <boost/intrusive/list.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include "theus/runtime/inner_wait.hpp"

namespace theus {

class promise_state;

using settlement = std::variant<journal::payload, journal::failure_info>;

using by_promise_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct by_promise>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// Waits until a promise is settled. The typed end in the SDK decodes at delivery.
class promise_wait : public inner_wait, public by_promise_hook {
 public:
  target kind() const final { return target::promise; }

 protected:
  explicit promise_wait(boost::intrusive_ptr<promise_state> from) : from_(std::move(from)) {}
  ~promise_wait() = default;

  // Decodes and keeps; true if taking it will throw.
  virtual bool accept(const journal::payload& value) = 0;
  virtual bool accept(const journal::failure_info& failure) = 0;

 private:
  friend class promise_state;

  void do_start(scope& in, std::source_location at) final;
  void give_up() final { by_promise_hook::unlink(); }
  void settle(const settlement& how);

  boost::intrusive_ptr<promise_state> from_;
};

// What the copies of a promise share: a command that is pending until somebody settles it. It takes
// its number when it is made, not when it is awaited, since its token is given away before. Once
// the last copy is gone it is withdrawn.
class promise_state final : public leaf {
 public:
  using like_function = journal::payload (*)(const journal::payload& other);

  // Issues the command in `in`. `reencode` throws for what its type cannot be read from; `like`
  // as of activity_leaf::result_like.
  promise_state(scope& in, reencode_function reencode, like_function like, std::source_location at);

  const std::string& token() const { return token_; }
  bool is_settled() const { return how_.has_value(); }
  void deliver(const journal::promise_settled& settled);
  // Why its type cannot be read from the value, if it cannot.
  std::optional<std::string> complaint(const journal::payload& value) const;
  // For reports, as of an activity.
  journal::payload result_like(const journal::payload& other) const { return like_(other); }
  journal::withdraw::target kind() const final { return journal::withdraw::target::promise; }

  friend void intrusive_ptr_add_ref(promise_state* s) { ++s->uses_; }
  friend void intrusive_ptr_release(promise_state* s) {
    if (--s->uses_ == 0) s->abandon();
  }

 private:
  friend class promise_wait;

  void abandon();
  // It is not awaited itself: its waits are.
  void do_start(scope&, std::source_location) final {}
  void do_cancel() final {}

  const branch* home_;
  reencode_function reencode_;
  like_function like_;
  std::string token_;
  std::optional<settlement> how_;
  std::uint32_t uses_ = 0;
  boost::intrusive::list<promise_wait, boost::intrusive::base_hook<by_promise_hook>,
                         boost::intrusive::constant_time_size<false>>
      waits_;
};

}  // namespace theus
