#pragma once

#include <concepts>
#include <functional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace theus::testing {

class environment;

// What is done in an environment, and what has to hold of it. It is run again and again, each time
// in an environment of its own, so what it works on it makes itself; it does not have to come to
// the same each time, but given the same order it has to do the same.
using scenario = std::function<void(environment&)>;

// Thrown by a scenario that cannot be run here: it is not run again, and nothing is found wrong.
class scenario_skipped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What GoogleTest's EXPECT_TRUE takes a message from.
template <class T>
concept assertion_result = requires(T made, const T& is, const std::string& text) {
  T(false);
  { is.failure_message() } -> std::convertible_to<const char*>;
  made << text;
};

// Whether something holds, and a report for people.
//   EXPECT_TRUE(survives_crashes(app, scenario));   // shows the report when it does not
class finding {
 public:
  finding(bool holds, std::string text) : holds_(holds), text_(std::move(text)) {}

  bool holds() const { return holds_; }
  const std::string& text() const { return text_; }

  explicit operator bool() const { return holds_; }
  template <assertion_result Assertion>
  operator Assertion() const {
    Assertion made(holds_);
    made << text_;
    return made;
  }
  friend std::ostream& operator<<(std::ostream& out, const finding& f) { return out << f.text_; }

 private:
  bool holds_;
  std::string text_;
};

}  // namespace theus::testing
