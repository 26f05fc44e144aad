#pragma once
// A coroutine and an operation in the shape of a workflow's, as small as they get, and an object
// that notices when a compiler copies it bitwise or destroys it twice. Needs nothing but C++20.
#include <coroutine>
#include <exception>
#include <set>
#include <utility>

namespace probe {

// Knows every live object by its address; a destructor that runs anywhere else was miscompiled.
class tracked {
 public:
  explicit tracked(int value) : value_(value) { live().insert(this); }
  tracked(const tracked& other) : value_(other.value_) { live().insert(this); }
  tracked(tracked&& other) noexcept : value_(other.value_) { live().insert(this); }
  tracked& operator=(const tracked&) = default;
  ~tracked() {
    if (live().erase(this) != 1) broken() = true;
  }

  int value() const { return value_; }

  static bool all_destroyed_once() { return live().empty() && !broken(); }

 private:
  static std::set<const void*>& live() {
    static std::set<const void*> objects;
    return objects;
  }
  static bool& broken() {
    static bool seen = false;
    return seen;
  }

  int value_;
};

// Starts at once, keeps its frame until destroyed, and remembers where it waits.
class task {
 public:
  struct promise_type {
    task get_return_object() {
      return task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(int value) { result = value; }
    void unhandled_exception() { std::terminate(); }
    int result = 0;
  };

  task(task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  ~task() {
    if (frame_) frame_.destroy();
  }

  // Resumes through every suspension; the value co_returned, or -1 when the frame never ends.
  int finish() {
    for (int resumptions = 0; !frame_.done(); ++resumptions) {
      if (resumptions == 100) return -1;
      frame_.resume();
    }
    return frame_.promise().result;
  }

 private:
  explicit task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}

  std::coroutine_handle<promise_type> frame_;
};

// Suspends once, then yields the number it carries.
struct operation {
  explicit operation(int number) : number(number) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  int await_resume() const noexcept { return number; }
  int number;
};

// One function a case; each says whether its workflow did what C++ says it does.
bool aggregate_temporary();
bool capturing_lambda();
bool conditional_prvalue();
bool await_as_condition();

}  // namespace probe
