#pragma once

#include <coroutine>
#include <functional>
#include <initializer_list>
#include <span>
#include <string_view>
#include <type_traits>

#include "theus/codec.hpp"

// What a workflow may not do is refused when it is compiled, with one of these sentences. Each has
// a case in tests/compile_fail.
namespace theus {

template <class...>
inline constexpr bool refused = false;

// Stands for what was refused, where a value or an operation is expected, so that one mistake gives
// one error.
struct refusal {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const noexcept;
  refusal await_resume() const noexcept;
  template <class T>
  operator T() const;
};

template <class T>
inline constexpr bool is_view = false;
template <class C, class Traits>
inline constexpr bool is_view<std::basic_string_view<C, Traits>> = true;
template <class T, std::size_t N>
inline constexpr bool is_view<std::span<T, N>> = true;
template <class T>
inline constexpr bool is_view<std::initializer_list<T>> = true;
template <class T>
inline constexpr bool is_view<std::reference_wrapper<T>> = true;

// A parameter of a workflow coroutine: it lives in the frame, which outlives its caller.
template <class T>
constexpr bool workflow_parameter() {
  static_assert(!std::is_reference_v<T>,
                "theus: a workflow takes its parameters by value; a reference would dangle when "
                "the run is replayed");
  static_assert(!std::is_pointer_v<std::remove_reference_t<T>>,
                "theus: a workflow cannot take a pointer; what it points to is gone when the run "
                "is replayed");
  static_assert(!is_view<std::remove_cvref_t<T>>,
                "theus: a workflow cannot take a view (string_view, span); take std::string or "
                "std::vector by value");
  return true;
}

// A value that is written to the journal: the argument of an activity, a signal, a workflow.
template <class T>
constexpr bool recordable_parameter() {
  static_assert(!std::is_reference_v<T>,
                "theus: activity, signal and workflow parameters are values; write T, not T&");
  static_assert(require_recordable<std::remove_cvref_t<T>>());
  return true;
}

// What the iterations of a loop return; see loop.hpp.
template <class State>
class next;
template <class R>
inline constexpr bool is_next = false;
template <class State>
inline constexpr bool is_next<next<State>> = true;
template <class R>
struct crossing {  // what a result brings over the border of a workflow
  using type = R;
};
template <class State>
struct crossing<next<State>> {
  using type = State;
};

template <class R>
constexpr bool recordable_result() {
  static_assert(!std::is_reference_v<R>, "theus: a result is a value; write T, not T&");
  if constexpr (!std::is_void_v<R>) static_assert(require_recordable<std::remove_cvref_t<R>>());
  return true;
}

}  // namespace theus
