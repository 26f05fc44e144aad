#pragma once

#include "theus/refusals.hpp"

namespace theus {

template <class Signature>
class activity;

// Names a function with side effects. Workflows call it by this name; `application::bind` says what
// it does. The name is recorded: renaming an activity changes every history that calls it.
//
//   constexpr theus::activity<receipt(order)> charge{"charge"};
template <class R, class... Args>
class activity<R(Args...)> {
  static_assert(recordable_result<R>(), "");
  static_assert((recordable_parameter<Args>() && ...), "");

 public:
  constexpr explicit activity(const char* name) : name_(name) {}
  constexpr const char* name() const { return name_; }

 private:
  const char* name_;
};

}  // namespace theus
