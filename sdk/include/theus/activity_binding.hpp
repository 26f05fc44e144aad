#pragma once

#include <exception>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>

#include "theus/codec.hpp"
#include "theus/heartbeat.hpp"
#include "theus/refusals.hpp"
#include "theus/runtime/activity_type.hpp"
#include "theus/runtime/errors.hpp"

namespace theus {

// What a thrown exception says of an attempt. theus::failure keeps its type; std::exception gives
// the name of its class; anything else "unknown".
attempt_failure failure_of(std::exception_ptr error);
attempt_failure failure_of(const failure& error);

template <class T>
inline constexpr bool is_awaitable = false;
template <class T, class Executor>
inline constexpr bool is_awaitable<boost::asio::awaitable<T, Executor>> = true;

// A plain function may return more than a void activity asks for; it is dropped.
template <class Returned, class R>
inline constexpr bool gives_result = std::is_void_v<R> || std::is_convertible_v<Returned, R>;
template <class T, class Executor, class R>
inline constexpr bool gives_result<boost::asio::awaitable<T, Executor>, R> =
    std::is_void_v<R> ? std::is_void_v<T> : std::is_convertible_v<T, R>;

template <class Signature, class Function>
class activity_binding;

template <class R, class... Params, class Function>
class activity_binding<R(Params...), Function> final : public activity_type {
  using arguments_type = std::tuple<std::remove_cvref_t<Params>...>;
  static constexpr bool takes_attempt = std::is_invocable_v<const Function&, attempt&, Params...>;
  static constexpr bool is_plain = std::is_invocable_v<const Function&, Params...>;
  static_assert(takes_attempt || is_plain,
                "theus: this function cannot be called with the parameters of the activity it is "
                "bound to (optionally after theus::attempt&)");

  static auto call(const Function& function, [[maybe_unused]] attempt& a, arguments_type&& given) {
    return std::apply(
        [&](auto&&... values) {
          if constexpr (takes_attempt) {
            return function(a, std::move(values)...);
          } else {
            return function(std::move(values)...);
          }
        },
        std::move(given));
  }
  using returned = decltype(call(std::declval<const Function&>(), std::declval<attempt&>(),
                                 std::declval<arguments_type>()));
  static_assert(gives_result<returned, R>,
                "theus: what this function returns is not the result of the activity it is bound "
                "to");

 public:
  activity_binding(std::string name, Function function)
      : name_(std::move(name)), function_(std::move(function)) {}

  const std::string& name() const override { return name_; }
  kind how() const override { return is_awaitable<returned> ? kind::asynchronous : kind::blocking; }

  attempt_outcome run(attempt& a, const journal::payload& arguments) const override {
    if constexpr (is_awaitable<returned>) {
      (void)a;
      (void)arguments;
      return attempt_failure{{"internal", "an awaitable activity was run as a plain one", {}},
                             false};
    } else {
      try {
        if constexpr (std::is_void_v<R>) {
          call(function_, a, decode_given(arguments));
          return std::string(void_payload);
        } else {
          return encode<R>(call(function_, a, decode_given(arguments)));
        }
      } catch (...) {
        return failure_of(std::current_exception());
      }
    }
  }

  void launch(const boost::asio::any_io_executor& io, std::shared_ptr<attempt> a,
              const journal::payload& arguments,
              std::function<void(attempt_outcome)> done) const override {
    if constexpr (is_awaitable<returned>) {
      try {
        const auto held = std::make_shared<holding>(std::move(a), decode_given(arguments));
        auto running = call(function_, *held->self, std::move(held->arguments));
        boost::asio::co_spawn(io, std::move(running), completion(held, std::move(done)));
      } catch (...) {
        done(failure_of(std::current_exception()));
      }
    } else {
      (void)io;
      done(run(*a, arguments));
    }
  }

 private:
  // Lives as long as the coroutine, whose parameters may be references to it.
  struct holding {
    holding(std::shared_ptr<attempt> a, arguments_type given)
        : self(std::move(a)), arguments(std::move(given)) {}
    std::shared_ptr<attempt> self;
    arguments_type arguments;
  };

  static arguments_type decode_given(const journal::payload& arguments) {
    return decode_arguments<std::remove_cvref_t<Params>...>(arguments);
  }

  static auto completion(std::shared_ptr<holding> held, std::function<void(attempt_outcome)> done) {
    if constexpr (std::is_void_v<R>) {
      return [held = std::move(held), done = std::move(done)](std::exception_ptr error) {
        done(error ? attempt_outcome(failure_of(error)) : std::string(void_payload));
      };
    } else {
      return [held = std::move(held), done = std::move(done)](std::exception_ptr error, R value) {
        done(error ? attempt_outcome(failure_of(error)) : outcome_of_value(value));
      };
    }
  }
  template <class Value>
  static attempt_outcome outcome_of_value(const Value& value) {
    try {
      return encode(value);
    } catch (...) {
      return failure_of(std::current_exception());
    }
  }

  std::string name_;
  Function function_;
};

}  // namespace theus
