#pragma once

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>

#include <theus/codec/recordable.hpp>

namespace theus::detail {

template <class T>
T read_value(json_view in);

template <class T>
T read_integer(json_view in) {
  if constexpr (std::is_signed_v<T>)
    return static_cast<T>(in.integer(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  else
    return static_cast<T>(in.natural(std::numeric_limits<T>::max()));
}

template <class Key>
Key read_key(json_view in) {
  const std::string_view text = in.text();
  if constexpr (std::is_integral_v<Key>) {
    Key key{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), key);
    if (error == std::errc::result_out_of_range)
      in.fail(codec_errc::out_of_range, "the key does not fit its integer type");
    // Only the spelling that is written is read, so that no two spellings name one key.
    char digits[24];
    const auto canonical = std::to_chars(digits, digits + sizeof digits, key).ptr;
    if (error != std::errc() || end != text.data() + text.size() ||
        text != std::string_view(digits, static_cast<std::size_t>(canonical - digits)))
      in.fail(codec_errc::malformed_text, "the key is not a decimal integer");
    return key;
  } else {
    return Key(text);
  }
}

template <class T>
T read_enumeration(json_view in) {
  if constexpr (described_enum<T>) {
    bool known = false;
    T result{};
    // A number is read too, so that an enum may be described after it was first recorded.
    const bool by_name = in.kind() != json_kind::number;
    const std::string_view name = by_name ? in.text() : std::string_view();
    const auto number =
        by_name ? std::underlying_type_t<T>{} : read_integer<std::underlying_type_t<T>>(in);
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
      if (known) return;
      known = by_name ? name == enumerator.name : static_cast<T>(number) == enumerator.value;
      if (known) result = enumerator.value;
    });
    if (!known) in.fail(codec_errc::unknown_enumerator, "the enum has no such enumerator");
    return result;
  } else {
    return static_cast<T>(read_integer<std::underlying_type_t<T>>(in));
  }
}

template <class T>
T read_described(json_view in) {
  T result{};
  json_members members(in);
  boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
    using member_type = type_of_member<decltype(member)>;
    if (members.find(member.name))
      result.*member.pointer = read_value<member_type>(members.value());
  });
  return result;
}

template <class T>
T read_sequence(json_view in) {
  const std::size_t size = in.expect_array();
  T result;
  // A few bytes of text may announce an element of any size, so the rest comes as it is read.
  constexpr std::size_t at_once = 64 * 1024 / sizeof(typename T::value_type) + 1;
  result.reserve(std::min(size, at_once));
  json_view element = in.first();
  for (std::size_t i = 0; i < size; ++i, element = element.next())
    result.push_back(read_value<typename T::value_type>(element));
  return result;
}

template <class T>
T read_array(json_view in) {
  T result{};
  if (in.expect_array() != result.size())
    in.fail(codec_errc::out_of_range, "the array has another length");
  json_view element = in.first();
  for (auto& into : result) {
    into = read_value<typename T::value_type>(element);
    element = element.next();
  }
  return result;
}

template <class T>
T read_set(json_view in) {
  const std::size_t size = in.expect_array();
  T result;
  json_view element = in.first();
  for (std::size_t i = 0; i < size; ++i, element = element.next())
    if (!result.insert(read_value<typename T::value_type>(element)).second)
      element.fail(codec_errc::duplicate_key, "the set holds this element already");
  return result;
}

template <class T>
T read_map(json_view in) {
  const std::size_t size = in.expect_object();
  T result;
  json_view key = in.first();
  for (std::size_t i = 0; i < size; ++i) {
    const json_view value = key.next();
    if (!result
             .emplace(read_key<typename T::key_type>(key),
                      read_value<typename T::mapped_type>(value))
             .second)
      key.fail(codec_errc::duplicate_key, "the map holds this key already");
    key = value.next();
  }
  return result;
}

// Elements are read from the left. One that is not there is nullopt for an optional and an error
// otherwise; those beyond the last are ignored.
template <class T>
T read_tuple(json_view in) {
  std::size_t left = in.expect_array();
  json_view at = in.first();
  [[maybe_unused]] const auto element = [&]<class Element>(std::type_identity<Element>) -> Element {
    if (left > 0) {
      const json_view here = at;
      if (--left > 0) at = at.next();
      return read_value<Element>(here);
    }
    if constexpr (shape_of<Element> == shape::optional)
      return Element{};
    else
      in.fail(codec_errc::missing, "too few elements");
  };
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return T{element(std::type_identity<std::tuple_element_t<I, T>>{})...};
  }(std::make_index_sequence<std::tuple_size_v<T>>{});
}

template <class T, std::size_t Index>
T read_alternative(json_view in) {
  return T(std::in_place_index<Index>, read_value<std::variant_alternative_t<Index, T>>(in));
}

template <class T>
T read_variant(json_view in) {
  json_members members(in);
  if (!members.find("index")) in.fail(codec_errc::missing, "the variant lacks its index");
  const json_view at = members.value();
  const std::size_t index = at.natural(std::numeric_limits<std::size_t>::max());
  if (index >= std::variant_size_v<T>)
    at.fail(codec_errc::out_of_range, "the variant has no such alternative");
  if (!members.find("value")) in.fail(codec_errc::missing, "the variant lacks its value");
  const json_view value = members.value();
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    using reader = T (*)(json_view);
    constexpr reader readers[] = {&read_alternative<T, I>...};
    return readers[index](value);
  }(std::make_index_sequence<std::variant_size_v<T>>{});
}

template <class T>
T read_sys_time(json_view in) {
  using std::chrono::microseconds;
  using duration = typename T::duration;
  using limits = std::numeric_limits<std::int64_t>;
  const std::int64_t count = in.integer(limits::min(), limits::max());
  if constexpr (std::ratio_less_v<typename duration::period, std::micro>) {
    constexpr std::int64_t most = std::chrono::floor<microseconds>(duration::max()).count();
    if (count > most || count < -most)
      in.fail(codec_errc::out_of_range, "the time does not fit its type");
  }
  const auto whole =
      std::chrono::floor<std::chrono::duration<std::int64_t, typename duration::period>>(
          microseconds(count));
  if (!std::in_range<typename duration::rep>(whole.count()))
    in.fail(codec_errc::out_of_range, "the time does not fit its type");
  return T(duration(static_cast<typename duration::rep>(whole.count())));
}

template <class T>
T read_value(json_view in) {
  if constexpr (has_payload_codec<T>) {
    return payload_codec<T>::read(in);
  } else {
    constexpr shape kind = shape_of<T>;
    if constexpr (kind == shape::boolean) {
      return in.boolean();
    } else if constexpr (kind == shape::integer) {
      return read_integer<T>(in);
    } else if constexpr (kind == shape::floating) {
      if constexpr (std::is_same_v<T, float>)
        return in.real_float();
      else
        return in.real();
    } else if constexpr (kind == shape::text) {
      return T(in.text());
    } else if constexpr (kind == shape::binary) {
      if (in.kind() == json_kind::binary) return T(in.raw());
      T result;
      if (!from_base64(in.text(), result)) in.fail(codec_errc::malformed_text, "not base64");
      return result;
    } else if constexpr (kind == shape::enumeration) {
      return read_enumeration<T>(in);
    } else if constexpr (kind == shape::optional) {
      if (in.is_null()) return T{};
      return T(read_value<typename T::value_type>(in));
    } else if constexpr (kind == shape::sequence) {
      return read_sequence<T>(in);
    } else if constexpr (kind == shape::array) {
      return read_array<T>(in);
    } else if constexpr (kind == shape::map || kind == shape::unordered_map) {
      return read_map<T>(in);
    } else if constexpr (kind == shape::set || kind == shape::unordered_set) {
      return read_set<T>(in);
    } else if constexpr (kind == shape::tuple) {
      return read_tuple<T>(in);
    } else if constexpr (kind == shape::variant) {
      return read_variant<T>(in);
    } else if constexpr (kind == shape::monostate) {
      if (!in.is_null()) in.fail(codec_errc::wrong_type, "expected null");
      return T{};
    } else if constexpr (kind == shape::duration) {
      return T(read_value<typename T::rep>(in));
    } else if constexpr (kind == shape::sys_time) {
      return read_sys_time<T>(in);
    } else if constexpr (kind == shape::tree) {
      return in.tree();
    } else if constexpr (kind == shape::blob) {
      return in.blob();
    } else {
      return read_described<T>(in);
    }
  }
}

}  // namespace theus::detail
