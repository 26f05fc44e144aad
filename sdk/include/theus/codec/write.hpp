#pragma once

#include <algorithm>
#include <charconv>
#include <string_view>

#include <theus/codec/recordable.hpp>

// A Writer is a json_writer or a value_writer.
namespace theus::detail {

template <class T, class Writer>
void write_value(Writer& out, const T& value);

template <class T, class Writer>
void write_integer(Writer& out, T value) {
  if constexpr (std::is_signed_v<T>)
    out.integer(value);
  else
    out.natural(value);
}

template <class Key, class Writer>
void write_key(Writer& out, const Key& key) {
  if constexpr (std::is_integral_v<Key>) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, key).ptr;
    out.name({digits, static_cast<std::size_t>(end - digits)});
  } else {
    out.key(key);
  }
}

template <class T, class Writer>
void write_enumeration(Writer& out, T value) {
  if constexpr (described_enum<T>) {
    const char* name = nullptr;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
      if (name == nullptr && enumerator.value == value) name = enumerator.name;
    });
    if (name == nullptr) out.fail(codec_errc::unknown_enumerator, "no enumerator has this value");
    out.text(name);
  } else {
    write_integer(out, static_cast<std::underlying_type_t<T>>(value));
  }
}

template <class T, class Writer>
void write_described(Writer& out, const T& value) {
  out.begin_object();
  boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
    out.name(member.name);
    write_value(out, value.*member.pointer);
  });
  out.end_object();
}

template <class Range, class Writer>
void write_elements(Writer& out, const Range& range) {
  out.begin_array();
  for (const auto& element : range) write_value<typename Range::value_type>(out, element);
  out.end_array();
}

template <class Map, class Writer>
void write_unordered_map(Writer& out, const Map& map) {
  std::vector<const typename Map::value_type*> entries;
  entries.reserve(map.size());
  for (const auto& entry : map) entries.push_back(&entry);
  std::ranges::sort(entries, {}, [](const auto* entry) -> const auto& { return entry->first; });
  out.begin_object();
  for (const auto* entry : entries) {
    write_key(out, entry->first);
    write_value(out, entry->second);
  }
  out.end_object();
}

// Strings and integers by value, as std::set would order them; others by their encoded text,
// because an operator< of the user's need not be total.
template <class Set, class Writer>
void write_unordered_set(Writer& out, const Set& set) {
  using element_type = typename Set::value_type;
  out.begin_array();
  if constexpr (shape_of<element_type> == shape::text || shape_of<element_type> == shape::integer) {
    std::vector<const element_type*> elements;
    elements.reserve(set.size());
    for (const auto& element : set) elements.push_back(&element);
    std::ranges::sort(elements, {}, [](const auto* element) -> const auto& { return *element; });
    for (const auto* element : elements) write_value(out, *element);
  } else {
    std::vector<typename Writer::piece> pieces;
    pieces.reserve(set.size());
    for (const auto& element : set) {
      out.begin_piece(pieces);
      write_value(out, element);
      out.end_piece(pieces);
    }
    out.sort_pieces(pieces);
  }
  out.end_array();
}

template <class Writer, class... Ts>
void write_variant(Writer& out, const std::variant<Ts...>& value) {
  if (value.valueless_by_exception()) out.fail(codec_errc::missing, "the variant holds no value");
  out.begin_object();
  out.name("index");
  out.natural(value.index());
  out.name("value");
  std::visit([&](const auto& held) { write_value(out, held); }, value);
  out.end_object();
}

template <class T, class Writer>
void write_sys_time(Writer& out, T value) {
  using std::chrono::microseconds;
  using period = typename T::duration::period;
  const auto count = value.time_since_epoch().count();
  if constexpr (std::ratio_greater_v<period, std::micro>) {
    constexpr auto most =
        microseconds::max().count() / (microseconds(typename T::duration(1)).count());
    if (std::cmp_greater(count, most) || std::cmp_less(count, -most))
      out.fail(codec_errc::out_of_range, "the time does not fit 64 bits of microseconds");
  }
  out.integer(std::chrono::floor<microseconds>(value).time_since_epoch().count());
}

template <class T, class Writer>
void write_value(Writer& out, const T& value) {
  if constexpr (has_payload_codec<T>) {
    if constexpr (std::is_same_v<Writer, json_writer>)
      payload_codec<T>::write(out, value);
    else
      out.form([&](json_writer& text) { payload_codec<T>::write(text, value); });
  } else {
    constexpr shape kind = shape_of<T>;
    if constexpr (kind == shape::boolean) {
      out.boolean(value);
    } else if constexpr (kind == shape::integer) {
      write_integer(out, value);
    } else if constexpr (kind == shape::floating) {
      if constexpr (std::is_same_v<T, float>)
        out.real_float(value);
      else
        out.real(value);
    } else if constexpr (kind == shape::text) {
      out.text(value);
    } else if constexpr (kind == shape::binary) {
      out.binary(value);
    } else if constexpr (kind == shape::enumeration) {
      write_enumeration(out, value);
    } else if constexpr (kind == shape::optional) {
      if (value)
        write_value(out, *value);
      else
        out.null();
    } else if constexpr (kind == shape::sequence || kind == shape::array || kind == shape::set) {
      write_elements(out, value);
    } else if constexpr (kind == shape::map) {
      out.begin_object();
      for (const auto& [key, mapped] : value) {
        write_key(out, key);
        write_value(out, mapped);
      }
      out.end_object();
    } else if constexpr (kind == shape::unordered_map) {
      write_unordered_map(out, value);
    } else if constexpr (kind == shape::unordered_set) {
      write_unordered_set(out, value);
    } else if constexpr (kind == shape::tuple) {
      out.begin_array();
      std::apply([&](const auto&... element) { (write_value(out, element), ...); }, value);
      out.end_array();
    } else if constexpr (kind == shape::variant) {
      write_variant(out, value);
    } else if constexpr (kind == shape::monostate) {
      out.null();
    } else if constexpr (kind == shape::duration) {
      write_value(out, value.count());
    } else if constexpr (kind == shape::sys_time) {
      write_sys_time(out, value);
    } else if constexpr (kind == shape::tree) {
      out.tree(value);
    } else if constexpr (kind == shape::blob) {
      out.blob(value);
    } else {
      write_described(out, value);
    }
  }
}

}  // namespace theus::detail
