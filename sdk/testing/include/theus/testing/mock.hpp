#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "theus/activity.hpp"
#include "theus/activity_binding.hpp"

// What stands for an activity in a test, held against the activity's signature.
namespace theus::testing {

template <class Function, class... Params>
inline constexpr bool is_called_like = std::is_invocable_v<const Function&, Params...> ||
                                       std::is_invocable_v<const Function&, attempt&, Params...>;

template <class Function, class... Params>
struct returned_by {
  static auto call(const Function& function, attempt& a, Params... values) {
    if constexpr (std::is_invocable_v<const Function&, attempt&, Params...>) {
      return function(a, std::move(values)...);
    } else {
      return function(std::move(values)...);
    }
  }
  using type = decltype(call(std::declval<const Function&>(), std::declval<attempt&>(),
                             std::declval<Params>()...));
};

// A function, as application::bind takes it, or the result itself.
template <class R, class... Params, class Function>
std::shared_ptr<const activity_type> make_mock(const activity<R(Params...)>& what,
                                               Function function) {
  if constexpr (is_called_like<Function, Params...>) {
    using returned = typename returned_by<Function, Params...>::type;
    if constexpr (gives_result<returned, R>) {
      return std::make_shared<activity_binding<R(Params...), Function>>(what.name(),
                                                                        std::move(function));
    } else {
      static_assert(refused<Function>,
                    "theus: what this mock returns is not the result of its activity");
      return nullptr;
    }
  } else if constexpr (!std::is_void_v<R> && std::is_convertible_v<Function, R>) {
    auto same_for_all = [result = R(std::move(function))](const Params&...) { return result; };
    return std::make_shared<activity_binding<R(Params...), decltype(same_for_all)>>(
        what.name(), std::move(same_for_all));
  } else {
    static_assert(refused<Function>,
                  "theus: a mock is called with the parameters of its activity (optionally after "
                  "theus::attempt&), or is its result");
    return nullptr;
  }
}

}  // namespace theus::testing
