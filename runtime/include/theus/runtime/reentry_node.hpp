#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <variant>

#include <boost/intrusive/set.hpp>
#include <boost/intrusive/slist.hpp>

#include "theus/runtime/branch.hpp"
#include "theus/runtime/promise.hpp"

namespace theus {

// Found by the id of its command among the phases and loops of a run that are not over.
using by_place_hook =
    boost::intrusive::set_base_hook<boost::intrusive::tag<struct by_place>,
                                    boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
// Queued until everything else of its event has run.
using closing_hook =
    boost::intrusive::slist_base_hook<boost::intrusive::tag<struct closing>,
                                      boost::intrusive::link_mode<boost::intrusive::safe_link>>;

// A phase or a loop: a coroutine, or one after the other, whose scope has a branch of the Context
// for itself. What crosses its border is arguments, Context and result, all of it recorded when it
// closes; so once it is over, replay takes the record in its place, and its code may have changed.
//
// Closing is put off until everything that the event made runnable has run. So it makes no
// difference to the strands around it whether the body ran or its record was taken.
class reentry_node : public wait_node,
                     public body_owner,
                     public by_place_hook,
                     public closing_hook {
 public:
  const journal::command_id& id() const { return command_.id; }
  const journal::open_scope& command() const { return command_; }
  // The iteration that runs, from 1; 0 for a phase.
  std::uint32_t iteration() const { return iteration_; }
  // Its body does not run: its end is in the history that is being replayed.
  bool is_awaiting_record() const { return !branch_; }
  // Where it began, and is merged into.
  const branch& around() const { return outer_->context(); }
  // Of the body; none while it awaits its record.
  const branch* own_branch() const { return branch_ ? &*branch_ : nullptr; }

  // The body has ended: merges, records, goes on. The machine's call.
  void close();
  // Its record in place of its body. `context`: that of the scope around it afterwards, where it
  // need not be made from the recorded changes. Errors: mismatch when the Context is not the
  // recorded one then.
  result<void> take_record(const journal::close_scope& closed, const value* context);

 protected:
  struct body {
    std::coroutine_handle<> frame;
    promise_base* promise;
  };
  using ending = std::variant<journal::close_scope::completed, journal::close_scope::again>;

  reentry_node(journal::open_scope wish, reencode_function reencode, scope_contract bounds,
               bool shielded = false)
      : command_(std::move(wish)),
        reencode_(reencode),
        bounds_(std::move(bounds)),
        shielded_(shielded) {}
  ~reentry_node() { destroy_frame(); }

  // Throws what left the last body, or context_conflict.
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  // The typed end in the SDK. Both may throw: what does not decode or encode is a bug.
  virtual body make_body(const journal::payload& arguments) = 0;
  virtual ending encode_ending() = 0;  // of the body that was made last
  // Decodes and keeps the result; true if taking it will throw.
  virtual bool accept(const journal::payload& result) = 0;

  void do_start(scope& in, std::source_location at) final;
  void do_cancel() final;
  void body_done() final;
  void destroy_frame() final;

  void begin(std::uint32_t iteration, const journal::payload& arguments);
  bool merge_into_outer(journal::close_scope& closed);
  void settle(const journal::close_scope& closed);
  void end(bool failed);

  journal::open_scope command_;
  reencode_function reencode_;
  scope_contract bounds_;
  scope* outer_ = nullptr;
  std::source_location at_;
  std::uint32_t iteration_ = 0;
  std::optional<branch> branch_;
  body body_{};
  bool shielded_;
  bool cancelled_ = false;
  std::exception_ptr error_;
};

}  // namespace theus
