#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "theus/codec.hpp"
#include "theus/context.hpp"
#include "theus/query_binding.hpp"
#include "theus/runtime/update_body.hpp"
#include "theus/runtime/update_type.hpp"
#include "theus/update.hpp"
#include "theus/view.hpp"
#include "theus/workflow.hpp"

namespace theus {

// What a handler's frame refers to comes first and goes last.
template <class R>
class update_frame {
 protected:
  template <class Arguments>
  update_frame(machine& owner, auto function, Arguments&& arguments)
      : context_(owner),
        begun_(
            std::apply([&](auto&&... values) { return function(context_, std::move(values)...); },
                       std::move(arguments))
                .release()) {}

  context context_;
  std::coroutine_handle<workflow_promise<R>> begun_;
};

template <class R>
class handled_update final : private update_frame<R>, public update_body {
 public:
  template <class Arguments>
  handled_update(machine& owner, std::string update_id, auto function, Arguments&& arguments)
      : update_frame<R>(owner, function, std::move(arguments)),
        update_body(owner, std::move(update_id), this->begun_, this->begun_.promise()) {}

 private:
  journal::payload encode_result() override {
    if constexpr (std::is_void_v<R>) {
      return std::string(void_payload);
    } else {
      return encode(this->begun_.promise().peek());
    }
  }
  reencode_function reencode_result() const override {
    if constexpr (std::is_void_v<R>) {
      return nullptr;
    } else {
      return &reencode_value<R>;
    }
  }
};

// What may run when a run is updated, and who may refuse that.
template <class Function, class R, class... Params>
constexpr bool handles_update() {
  constexpr bool fits = std::is_convertible_v<Function, workflow<R> (*)(context&, Params...)>;
  static_assert(fits,
                "theus: what an update is bound to is a workflow function, or a lambda that "
                "captures nothing: theus::workflow<R> f(theus::context&, Args...), with the result "
                "and the parameters of the update");
  return fits;
}

template <class Function, class... Params>
constexpr bool validates_update() {
  static_assert(is_captureless<Function>,
                "theus: what validates an update is a function or a lambda that captures nothing: "
                "all it knows are the run and the arguments");
  constexpr bool fits = std::is_invocable_v<const Function&, view, const Params&...>;
  static_assert(fits,
                "theus: what validates an update is called with a theus::view and the parameters "
                "of the update, and throws to reject it");
  if constexpr (fits) {
    using returned = std::invoke_result_t<const Function&, view, const Params&...>;
    static_assert(std::is_void_v<returned>,
                  "theus: what validates an update returns nothing: it throws a theus::failure to "
                  "reject it");
    return std::is_void_v<returned>;
  }
  return false;
}

struct no_validator {};

template <class Validator, class... Params>
constexpr bool is_validator() {
  if constexpr (std::is_same_v<Validator, no_validator>) {
    return true;
  } else {
    return validates_update<Validator, Params...>();
  }
}

template <class Signature, class Validator>
class update_binding;

template <class R, class... Params, class Validator>
class update_binding<R(Params...), Validator> final : public update_type {
  static_assert((workflow_parameter<Params>() && ...), "");

 public:
  using function_type = workflow<R> (*)(context&, Params...);

  update_binding(std::string name, function_type handler, Validator validator)
      : name_(std::move(name)), handler_(handler), validator_(std::move(validator)) {}

  const std::string& name() const override { return name_; }
  bool is_judged() const override { return !std::is_same_v<Validator, no_validator>; }

  std::optional<std::string> check_arguments(const journal::payload& arguments) const override {
    try {
      decode_arguments<Params...>(arguments);
      return std::nullopt;
    } catch (const codec_error& e) {
      return e.what();
    }
  }
  void judge(const seen_run& run, const journal::payload& arguments) const override {
    if constexpr (!std::is_same_v<Validator, no_validator>) {
      std::apply([&](const auto&... values) { validator_(view(run), values...); },
                 decode_arguments<Params...>(arguments));
    }
  }
  update_body* instantiate(machine& owner, std::string update_id,
                           const journal::payload& arguments) const override {
    return new handled_update<R>(owner, std::move(update_id), handler_,
                                 decode_arguments<Params...>(arguments));
  }

 private:
  std::string name_;
  function_type handler_;
  Validator validator_;
};

}  // namespace theus
