#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <boost/describe/bases.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/describe/modifiers.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <theus/codec/bytes.hpp>
#include <theus/codec/json_document.hpp>
#include <theus/codec/json_writer.hpp>
#include <theus/value/value.hpp>

namespace theus {

// Specialise it to record a type in a form of its own:
//   static void write(json_writer&, const T&);   exactly one value
//   static T read(json_view);                    json_view::fail for what does not fit
template <class T>
struct payload_codec;

namespace detail {

template <class T>
concept has_payload_codec = requires(json_writer& out, const T& value, json_view in) {
  payload_codec<T>::write(out, value);
  { payload_codec<T>::read(in) } -> std::same_as<T>;
};

enum class shape {
  unknown,
  boolean,
  integer,
  floating,
  text,
  binary,
  enumeration,
  optional,
  sequence,
  array,
  map,
  unordered_map,
  set,
  unordered_set,
  tuple,
  variant,
  monostate,
  duration,
  sys_time,
  tree,
  blob,
  described,
};

template <class... Parts>
struct part_list {};

// How a type is recorded, and of which types it is made.
template <shape Shape, class... Parts>
struct built_of {
  static constexpr shape kind = Shape;
  using parts = part_list<Parts...>;
};

template <class T>
concept described_class = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept described_enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T>
concept character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

template <class T>
concept plain_integer = std::integral<T> && !std::same_as<T, bool> && !character<T> &&
                        sizeof(T) <= sizeof(std::int64_t);

// The members in the order of recording: those of bases first.
template <class T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                            boost::describe::mod_inherited>;
template <class T>
using members_and_hidden_of =
    boost::describe::describe_members<T, boost::describe::mod_any_access |
                                             boost::describe::mod_inherited |
                                             boost::describe::mod_hidden>;

template <class Pointer>
struct pointed_member;
template <class Owner, class Member>
struct pointed_member<Member Owner::*> {
  using type = Member;
};
template <class Descriptor>
using type_of_member =
    typename pointed_member<std::remove_cv_t<decltype(Descriptor::pointer)>>::type;

template <class Members>
struct members_built_of;
template <template <class...> class List, class... Descriptors>
struct members_built_of<List<Descriptors...>> {
  static constexpr shape kind = shape::described;
  using parts = part_list<type_of_member<Descriptors>...>;
};

template <class T>
struct anatomy : built_of<shape::unknown> {};
template <>
struct anatomy<bool> : built_of<shape::boolean> {};
template <plain_integer T>
struct anatomy<T> : built_of<shape::integer> {};
template <>
struct anatomy<float> : built_of<shape::floating> {};
template <>
struct anatomy<double> : built_of<shape::floating> {};
template <>
struct anatomy<std::string> : built_of<shape::text> {};
template <>
struct anatomy<bytes> : built_of<shape::binary> {};
template <class T>
  requires std::is_enum_v<T>
struct anatomy<T> : built_of<shape::enumeration> {};
template <class T>
struct anatomy<std::optional<T>> : built_of<shape::optional, T> {};
template <class T>
struct anatomy<std::vector<T>> : built_of<shape::sequence, T> {};
template <class T, std::size_t Size>
struct anatomy<std::array<T, Size>> : built_of<shape::array, T> {};
template <class Key, class T, class Less>
struct anatomy<std::map<Key, T, Less>> : built_of<shape::map, T> {};
template <class Key, class T, class Hash, class Equal>
struct anatomy<std::unordered_map<Key, T, Hash, Equal>> : built_of<shape::unordered_map, T> {};
template <class T, class Less>
struct anatomy<std::set<T, Less>> : built_of<shape::set, T> {};
template <class T, class Hash, class Equal>
struct anatomy<std::unordered_set<T, Hash, Equal>> : built_of<shape::unordered_set, T> {};
template <class First, class Second>
struct anatomy<std::pair<First, Second>> : built_of<shape::tuple, First, Second> {};
template <class... Ts>
struct anatomy<std::tuple<Ts...>> : built_of<shape::tuple, Ts...> {};
template <class... Ts>
struct anatomy<std::variant<Ts...>> : built_of<shape::variant, Ts...> {};
template <>
struct anatomy<std::monostate> : built_of<shape::monostate> {};
template <class Rep, class Period>
struct anatomy<std::chrono::duration<Rep, Period>> : built_of<shape::duration, Rep> {};
template <plain_integer Rep, class Period>
struct anatomy<std::chrono::sys_time<std::chrono::duration<Rep, Period>>>
    : built_of<shape::sys_time> {};
template <>
struct anatomy<value> : built_of<shape::tree> {};
template <>
struct anatomy<theus::blob> : built_of<shape::blob> {};
template <described_class T>
struct anatomy<T> : members_built_of<members_of<T>> {};

template <class T>
inline constexpr shape shape_of = anatomy<T>::kind;

}  // namespace detail
}  // namespace theus
