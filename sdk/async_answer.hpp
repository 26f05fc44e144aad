#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "theus/journal/errc.hpp"

namespace theus {

// One completion handler that an engine's callback and a cancellation race to complete. It is
// invoked on its own executor, exactly once, and destroyed there.
template <class T, class Handler>
class async_completion : public std::enable_shared_from_this<async_completion<T, Handler>> {
 public:
  explicit async_completion(Handler handler)
      : work_(boost::asio::get_associated_executor(handler)), handler_(std::move(handler)) {}

  // Thread: the handler's executor.
  void watch_cancellation() {
    auto slot = boost::asio::get_associated_cancellation_slot(*handler_);
    if (!slot.is_connected()) return;
    slot.assign([weak = this->weak_from_this()](boost::asio::cancellation_type) {
      if (const auto self = weak.lock()) self->cancel();
    });
  }

  // Thread: any.
  void answer(result<T> what) {
    if (taken_.exchange(true)) return;
    complete(std::move(what), nullptr);
  }

 private:
  void cancel() {
    if (taken_.exchange(true)) return;
    complete(error{errc::timed_out, "the wait was cancelled"},
             std::make_exception_ptr(
                 boost::system::system_error(boost::asio::error::operation_aborted)));
  }

  void complete(result<T> what, std::exception_ptr thrown) {
    // The handler may be all its context waits for: it must not end before post has returned.
    const auto until_posted = work_;
    boost::asio::post(until_posted.get_executor(),
                      [self = this->shared_from_this(), what = std::move(what),
                       thrown = std::move(thrown)]() mutable {
                        // Made here, so that no other thread has a share in it.
                        if (!what && !thrown) {
                          thrown = std::make_exception_ptr(error_exception(what.error()));
                        }
                        Handler handler = std::move(*self->handler_);
                        self->handler_.reset();
                        boost::asio::get_associated_cancellation_slot(handler).clear();
                        self->work_.reset();
                        if constexpr (std::is_void_v<T>) {
                          std::move(handler)(thrown);
                        } else {
                          std::move(handler)(thrown, thrown ? T{} : std::move(*what));
                        }
                      });
  }

  using executor_type = boost::asio::associated_executor_t<Handler>;
  boost::asio::executor_work_guard<executor_type> work_;
  std::optional<Handler> handler_;
  std::atomic<bool> taken_ = false;
};

template <class T>
struct completion_signature {
  using type = void(std::exception_ptr, T);
};
template <>
struct completion_signature<void> {
  using type = void(std::exception_ptr);
};

// An engine's callback as something to await: resumes on the awaiting coroutine's executor, throws
// error_exception. `ask` is called when it is awaited. Cancelling gives up waiting, with
// operation_aborted; what was asked for may happen all the same.
template <class T, class Ask>
boost::asio::awaitable<T> async_answer(Ask ask) {
  using signature = typename completion_signature<T>::type;
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, signature>(
      [](auto handler, Ask asked) {
        using completion = async_completion<T, decltype(handler)>;
        const auto done = std::make_shared<completion>(std::move(handler));
        done->watch_cancellation();
        asked([done](result<T> what) { done->answer(std::move(what)); });
      },
      boost::asio::use_awaitable, std::move(ask));
}

}  // namespace theus
