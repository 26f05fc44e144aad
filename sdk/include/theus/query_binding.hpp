#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "theus/activity_binding.hpp"
#include "theus/codec.hpp"
#include "theus/query.hpp"
#include "theus/runtime/query_type.hpp"
#include "theus/view.hpp"
#include "theus/workflow.hpp"

namespace theus {

template <class T>
inline constexpr bool returned_by_coroutine =
    is_awaitable<T> || requires { typename T::promise_type; };
template <class R>
inline constexpr bool returned_by_coroutine<workflow<R>> = true;

template <class Function>
inline constexpr bool is_captureless =
    std::is_empty_v<Function> ||
    (std::is_pointer_v<Function> && std::is_function_v<std::remove_pointer_t<Function>>);

// What may answer a query of this signature.
template <class Function, class R, class... Params>
constexpr bool answers_query() {
  static_assert(is_captureless<Function>,
                "theus: what answers a query is a function or a lambda that captures nothing: all "
                "it knows are the run and its arguments");
  constexpr bool fits = std::is_invocable_v<const Function&, view, Params...>;
  static_assert(fits,
                "theus: what answers a query is called with a theus::view and the parameters of "
                "the query");
  if constexpr (fits) {
    using returned = std::invoke_result_t<const Function&, view, Params...>;
    static_assert(!returned_by_coroutine<returned>,
                  "theus: what answers a query is no coroutine: it answers at once and awaits "
                  "nothing");
    static_assert(returned_by_coroutine<returned> || std::is_convertible_v<returned, R>,
                  "theus: what this function returns is not the answer to the query it is bound "
                  "to");
    return std::is_convertible_v<returned, R>;
  }
  return false;
}

template <class Signature, class Function>
class query_binding;

template <class R, class... Params, class Function>
class query_binding<R(Params...), Function> final : public query_type {
 public:
  query_binding(std::string name, Function function)
      : name_(std::move(name)), function_(std::move(function)) {}

  const std::string& name() const override { return name_; }

  result<journal::payload> answer(const seen_run& run,
                                  const journal::payload& arguments) const override {
    std::optional<std::tuple<std::remove_cvref_t<Params>...>> given;
    try {
      given.emplace(decode_arguments<std::remove_cvref_t<Params>...>(arguments));
    } catch (const codec_error& e) {
      return error{errc::wrong_type, e.what()};
    }
    const R answered = std::apply(
        [&](auto&&... values) -> R { return function_(view(run), std::move(values)...); },
        std::move(*given));
    return encode(answered);
  }

 private:
  std::string name_;
  Function function_;
};

}  // namespace theus
