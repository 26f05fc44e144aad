#pragma once

#include <functional>
#include <utility>

#include "theus/journal/errc.hpp"

namespace theus {

// A caller's callback, called exactly once: with a result, or with errc::stopped when it is
// destroyed unanswered.
template <class T>
class answer {
 public:
  answer() = default;
  explicit answer(std::function<void(result<T>)> done) : done_(std::move(done)) {}
  answer(answer&& other) noexcept : done_(std::exchange(other.done_, nullptr)) {}
  answer& operator=(answer&& other) noexcept {
    std::swap(done_, other.done_);
    return *this;
  }
  ~answer() {
    if (done_) (*this)(error{errc::stopped, "the runtime has stopped"});
  }

  explicit operator bool() const { return static_cast<bool>(done_); }

  void operator()(result<T> what) {
    if (const auto done = std::exchange(done_, nullptr)) done(std::move(what));
  }

 private:
  std::function<void(result<T>)> done_;
};

}  // namespace theus
