#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "theus/codec.hpp"
#include "theus/refusals.hpp"
#include "theus/runtime/query_type.hpp"

namespace theus {

template <class Signature>
class query;

// Names a question that may be put to a run of a workflow, whatever its state. It is answered by
// the function that `application::bind` binds to it for that workflow. Its name is not recorded.
//
//   constexpr theus::query<progress()> how_far{"how_far"};
template <class R, class... Args>
class query<R(Args...)> {
  static_assert(!std::is_void_v<R>, "theus: a query is answered with a value");
  static_assert(recordable_result<R>(), "");
  static_assert((recordable_parameter<Args>() && ...), "");

 public:
  constexpr explicit query(const char* name) : name_(name) {}
  constexpr const char* name() const { return name_; }

 private:
  const char* name_;
};

// The query as a request to the run with this workflow id or run id.
template <class R, class... Params, class... Args>
query_request to_request(std::string id, query<R(Params...)> what, const Args&... args) {
  if constexpr (sizeof...(Args) != sizeof...(Params)) {
    static_assert(refused<R>, "theus: this query takes another number of arguments");
    return {};
  } else if constexpr (!(std::is_convertible_v<const Args&, Params> && ...)) {
    static_assert(refused<R>, "theus: these are not the arguments that this query takes");
    return {};
  } else {
    return {std::move(id), what.name(), encode_arguments<Params...>(static_cast<Params>(args)...)};
  }
}

}  // namespace theus
