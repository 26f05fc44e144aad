#pragma once

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "theus/codec.hpp"
#include "theus/context.hpp"
#include "theus/workflow.hpp"

namespace theus {

// Holds a run's context and root coroutine. The context comes first and goes last.
template <class R>
class root_workflow final : public run_body {
 public:
  template <class Function, class Arguments>
  root_workflow(machine& owner, Function function, Arguments&& arguments)
      : context_(owner),
        frame_(
            std::apply([&](auto&&... values) { return function(context_, std::move(values)...); },
                       std::move(arguments))
                .release()) {}
  ~root_workflow() override { destroy_frame(); }

  promise_base& promise() override { return frame_.promise(); }
  std::coroutine_handle<> frame() override { return frame_; }
  void destroy_frame() override {
    if (frame_) std::exchange(frame_, nullptr).destroy();
  }
  journal::payload encode_result() override {
    if constexpr (std::is_void_v<R>) {
      return std::string(void_payload);
    } else {
      return encode(frame_.promise().peek());
    }
  }
  reencode_function reencode_result() const override {
    if constexpr (std::is_void_v<R>) {
      return nullptr;
    } else {
      return &reencode_value<R>;
    }
  }

 private:
  context context_;
  std::coroutine_handle<workflow_promise<R>> frame_;
};

template <class R, class... Args>
class workflow_binding final : public workflow_type {
  static_assert((recordable_parameter<Args>() && ...), "");
  static_assert(!is_next<R>,
                "theus: a function that returns next<…> is an iteration; run it with ctx.loop");

 public:
  using function_type = workflow<R> (*)(context&, Args...);

  workflow_binding(std::string name, function_type function)
      : name_(std::move(name)), function_(function) {}

  const std::string& name() const override { return name_; }
  function_type function() const { return function_; }

  std::unique_ptr<run_body> instantiate(machine& owner,
                                        const journal::payload& arguments) const override {
    return std::make_unique<root_workflow<R>>(owner, function_,
                                              decode_arguments<Args...>(arguments));
  }

  std::optional<std::string> check_arguments(const journal::payload& arguments) const override {
    try {
      decode_arguments<Args...>(arguments);
      return std::nullopt;
    } catch (const codec_error& e) {
      return e.what();
    }
  }

 private:
  std::shared_ptr<workflow_type> copy() const override {
    return std::make_shared<workflow_binding>(*this);
  }

  std::string name_;
  function_type function_;
};

}  // namespace theus
