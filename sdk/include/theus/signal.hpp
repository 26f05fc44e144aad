#pragma once

#include "theus/refusals.hpp"

namespace theus {

// Names a message that anyone may send to a run. Signals are kept in order until received.
//
//   constexpr theus::signal<bool> approved{"approved"};
template <class T>
class signal {
  static_assert(recordable_parameter<T>(), "");

 public:
  constexpr explicit signal(const char* name) : name_(name) {}
  constexpr const char* name() const { return name_; }

 private:
  const char* name_;
};

}  // namespace theus
