#pragma once

#include <atomic>

namespace theus::guard {

// Libc's function of that name, or that of a sanitizer in front of it: null when there is none,
// which is so in a program without a dynamic linker. `sanitizers`: null without one.
void* find_real(const char* name, void* sanitizers) noexcept;
[[noreturn]] void stop_without_real(const char* name) noexcept;

// What a watched call goes on to. It is looked up when the program begins; other objects may ask
// for it before.
template <class Function>
class real_function {
 public:
  constexpr real_function(const char* name, Function* sanitizers) noexcept
      : name_(name), sanitizers_(sanitizers) {}

  Function* get() noexcept {
    Function* const found = found_.load(std::memory_order_relaxed);
    return found != nullptr ? found : find_now();
  }
  void find() noexcept {
    found_.store(
        reinterpret_cast<Function*>(find_real(name_, reinterpret_cast<void*>(sanitizers_))),
        std::memory_order_relaxed);
  }

 private:
  [[gnu::noinline]] Function* find_now() noexcept {
    find();
    Function* const found = found_.load(std::memory_order_relaxed);
    if (found == nullptr) stop_without_real(name_);
    return found;
  }

  const char* name_;
  Function* sanitizers_;
  std::atomic<Function*> found_{nullptr};
};

}  // namespace theus::guard
