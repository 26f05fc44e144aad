#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <theus/codec/anatomy.hpp>

namespace theus {
namespace detail {

enum class obstacle {
  none,
  string_view,
  span,
  pointer,
  smart_pointer,
  reference,
  function,
  constant,
  c_array,
  character,
  other_string,
  wide_number,
  byte,
  clock,
  nested_optional,
  key,
  ambiguous_members,
  bound_to_run,
  not_default_constructible,
  undescribed_class,
};

template <obstacle What, class At>
struct finding {
  static constexpr obstacle what = What;
  using at = At;  // the type at fault
};

template <class T>
inline constexpr obstacle template_obstacle = obstacle::none;
template <class Char>
inline constexpr obstacle template_obstacle<std::basic_string_view<Char>> = obstacle::string_view;
template <class Char>
inline constexpr obstacle template_obstacle<std::basic_string<Char>> = obstacle::other_string;
template <>
inline constexpr obstacle template_obstacle<std::string> = obstacle::none;
template <class T, std::size_t Extent>
inline constexpr obstacle template_obstacle<std::span<T, Extent>> = obstacle::span;
template <class T, class Deleter>
inline constexpr obstacle template_obstacle<std::unique_ptr<T, Deleter>> = obstacle::smart_pointer;
template <class T>
inline constexpr obstacle template_obstacle<std::shared_ptr<T>> = obstacle::smart_pointer;
template <class T>
inline constexpr obstacle template_obstacle<std::weak_ptr<T>> = obstacle::smart_pointer;
template <class T>
inline constexpr obstacle template_obstacle<std::reference_wrapper<T>> = obstacle::reference;
template <class Signature>
inline constexpr obstacle template_obstacle<std::function<Signature>> = obstacle::function;
template <class Clock, class Duration>
inline constexpr obstacle template_obstacle<std::chrono::time_point<Clock, Duration>> =
    shape_of<std::chrono::time_point<Clock, Duration>> == shape::sys_time ? obstacle::none
                                                                          : obstacle::clock;
// Written as null inside, an optional of these could not be told from an empty one.
template <class T>
inline constexpr obstacle template_obstacle<std::optional<T>> =
    shape_of<T> == shape::optional || shape_of<T> == shape::monostate ? obstacle::nested_optional
                                                                      : obstacle::none;

template <class Key>
inline constexpr obstacle key_obstacle =
    shape_of<Key> == shape::text || shape_of<Key> == shape::integer ? obstacle::none
                                                                    : obstacle::key;
template <class Key, class T, class Less>
inline constexpr obstacle template_obstacle<std::map<Key, T, Less>> = key_obstacle<Key>;
template <class Key, class T, class Hash, class Equal>
inline constexpr obstacle template_obstacle<std::unordered_map<Key, T, Hash, Equal>> =
    key_obstacle<Key>;

template <class Members>
struct names;
template <template <class...> class List, class... Descriptors>
struct names<List<Descriptors...>> {
  static consteval bool unique() {
    const std::string_view all[] = {Descriptors::name..., std::string_view()};
    for (std::size_t i = 0; i < sizeof...(Descriptors); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (all[i] == all[j]) return false;
    return true;
  }
};

template <class T>
consteval obstacle own_obstacle() {
  if constexpr (std::is_reference_v<T>) {
    return obstacle::reference;
  } else if constexpr (std::is_const_v<T> || std::is_volatile_v<T>) {
    return obstacle::constant;
  } else if constexpr (std::is_array_v<T>) {
    return obstacle::c_array;
  } else if constexpr (std::is_function_v<T>) {
    return obstacle::function;
  } else if constexpr (std::is_pointer_v<T> || std::is_member_pointer_v<T> ||
                       std::is_null_pointer_v<T>) {
    return std::is_function_v<std::remove_pointer_t<T>> ? obstacle::function : obstacle::pointer;
  } else if constexpr (character<T>) {
    return obstacle::character;
  } else if constexpr (std::is_same_v<T, std::byte>) {
    return obstacle::byte;
  } else if constexpr (has_payload_codec<T>) {
    return obstacle::none;
  } else if constexpr (template_obstacle<T> != obstacle::none) {
    return template_obstacle<T>;
  } else if constexpr (requires { typename T::bound_to_run; }) {
    return obstacle::bound_to_run;
  } else if constexpr (shape_of<T> == shape::described) {
    if (!std::is_default_constructible_v<T>) return obstacle::not_default_constructible;
    if constexpr (boost::mp11::mp_size<members_and_hidden_of<T>>::value !=
                  boost::mp11::mp_size<
                      boost::describe::describe_members<T, boost::describe::mod_any_access>>::value)
      if (!names<members_and_hidden_of<T>>::unique()) return obstacle::ambiguous_members;
    return obstacle::none;
  } else if constexpr (shape_of<T> != shape::unknown) {
    return obstacle::none;
  } else if constexpr (std::is_class_v<T> || std::is_union_v<T> || std::is_void_v<T>) {
    return obstacle::undescribed_class;
  } else {
    return obstacle::wide_number;  // long double and integers beyond 64 bits
  }
}

template <class T>
using parts_of = typename anatomy<T>::parts;

template <class T, class... Seen>
consteval auto find_obstacle();

template <class... Seen>
consteval auto find_in_parts(part_list<>) {
  return finding<obstacle::none, void>{};
}
template <class... Seen, class Part, class... Rest>
consteval auto find_in_parts(part_list<Part, Rest...>) {
  using found = decltype(find_obstacle<Part, Seen...>());
  if constexpr (found::what != obstacle::none)
    return found{};
  else
    return find_in_parts<Seen...>(part_list<Rest...>{});
}

// The first obstacle in T or in what it is made of. `Seen` are the described classes on the way
// here: a recursive struct is recordable when everything else in it is.
template <class T, class... Seen>
consteval auto find_obstacle() {
  if constexpr ((std::is_same_v<T, Seen> || ...)) {
    return finding<obstacle::none, void>{};
  } else if constexpr (constexpr obstacle own = own_obstacle<T>(); own != obstacle::none) {
    return finding<own, T>{};
  } else if constexpr (has_payload_codec<T>) {
    return finding<obstacle::none, void>{};
  } else if constexpr (shape_of<T> == shape::described) {
    return find_in_parts<Seen..., T>(parts_of<T>{});
  } else {
    return find_in_parts<Seen...>(parts_of<T>{});
  }
}

template <class T>
using found_in = decltype(find_obstacle<T>());

// Instantiated to fail: the compiler's own note then names the type at fault.
template <obstacle What, class TypeAtFault>
struct explain {
  using enum obstacle;
  static_assert(What != string_view,
                "theus: std::string_view cannot be recorded: it would dangle after replay; use "
                "std::string");
  static_assert(What != span,
                "theus: a span cannot be recorded: it would dangle after replay; use std::vector "
                "or theus::bytes");
  static_assert(What != pointer,
                "theus: a pointer cannot be recorded: it means nothing after a restart; record "
                "the value it points to (std::string for text, std::optional for maybe)");
  static_assert(What != smart_pointer,
                "theus: a smart pointer cannot be recorded: it means nothing after a restart; "
                "record the value, std::optional or std::vector");
  static_assert(What != reference,
                "theus: a reference cannot be recorded: it means nothing after a restart; use a "
                "value");
  static_assert(What != function,
                "theus: a function cannot be recorded: its code is not part of the journal");
  static_assert(What != constant,
                "theus: a const type cannot be recorded: decoding assigns it; drop the const");
  static_assert(What != c_array,
                "theus: a C array cannot be recorded: use std::array, or std::string for text");
  static_assert(What != character,
                "theus: a character type cannot be recorded: use std::string for text, "
                "std::int8_t or std::uint8_t for a number");
  static_assert(What != other_string,
                "theus: only std::string can be recorded as text, and it holds UTF-8");
  static_assert(What != wide_number,
                "theus: this number type cannot be recorded: use double or an integer of at most "
                "64 bits");
  static_assert(What != byte, "theus: std::byte cannot be recorded by itself: use theus::bytes");
  static_assert(What != clock,
                "theus: only std::chrono::sys_time (system_clock, integer count) can be recorded "
                "as a time: other clocks mean nothing after a restart");
  static_assert(What != nested_optional,
                "theus: an optional of an optional or of std::monostate cannot be recorded: both "
                "emptinesses would be null");
  static_assert(What != key,
                "theus: a map with this key cannot be recorded: keys are std::string or integers");
  static_assert(What != ambiguous_members,
                "theus: this type cannot be recorded: a base has a member of the same name");
  static_assert(
      What != bound_to_run,
      "theus: tasks, permits, semaphores, mutexes, channels, promises and sagas cannot be "
      "recorded: they do not cross the border of a phase, a loop or a run; share them "
      "with workflows that are spawned or awaited");
  static_assert(What != not_default_constructible,
                "theus: this type cannot be recorded: decoding starts from T{}, so give it a "
                "default constructor");
  static_assert(What != undescribed_class,
                "theus: this type cannot be recorded: describe it with BOOST_DESCRIBE_STRUCT");
  static constexpr bool complete = true;
};

}  // namespace detail

// A value that can be written to the journal and read back by another process of another build.
template <class T>
concept recordable = detail::found_in<T>::what == detail::obstacle::none;

// True; when T cannot be recorded, a compile error says why and what to do.
template <class T>
consteval bool require_recordable() {
  using found = detail::found_in<T>;
  return detail::explain<found::what, typename found::at>::complete;
}

}  // namespace theus
