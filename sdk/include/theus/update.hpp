#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "theus/codec.hpp"
#include "theus/refusals.hpp"
#include "theus/runtime/errors.hpp"
#include "theus/runtime/requests.hpp"

namespace theus {

template <class Signature>
class update;

// Names a change that a run of a workflow may be asked for, and its answer. What happens is the
// workflow function that `application::bind` binds to it for that workflow. Its name is recorded.
//
//   constexpr theus::update<int(std::string)> add{"add"};
template <class R, class... Args>
class update<R(Args...)> {
  static_assert(recordable_result<R>(), "");
  static_assert((recordable_parameter<Args>() && ...), "");

 public:
  constexpr explicit update(const char* name) : name_(name) {}
  constexpr const char* name() const { return name_; }

 private:
  const char* name_;
};

// How to name a request for an update. The same id again is the same update: whoever did not get
// an answer asks again.
struct update_options {
  std::string update_id = {};  // "": one is made up
};

// The update as a request to the newest run with this workflow id.
template <class R, class... Params, class... Args>
update_request to_request(std::string workflow_id, update_options how, update_stage stage,
                          update<R(Params...)> what, const Args&... args) {
  if constexpr (sizeof...(Args) != sizeof...(Params)) {
    static_assert(refused<R>, "theus: this update takes another number of arguments");
    return {};
  } else if constexpr (!(std::is_convertible_v<const Args&, Params> && ...)) {
    static_assert(refused<R>, "theus: these are not the arguments that this update takes");
    return {};
  } else {
    return {std::move(workflow_id), what.name(),
            encode_arguments<Params...>(static_cast<Params>(args)...), std::move(how.update_id),
            stage};
  }
}

// What a completed update came to. Throws the failure that it ended with.
template <class R>
R answer_in(const update_reply& reply) {
  if (const auto* why = std::get_if<journal::failure_info>(&*reply.outcome)) {
    throw failure(why->type, why->message);
  }
  if constexpr (!std::is_void_v<R>) return decode<R>(std::get<journal::payload>(*reply.outcome));
}

}  // namespace theus
