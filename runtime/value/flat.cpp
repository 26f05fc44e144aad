#include <algorithm>
#include <utility>
#include <vector>

#include "access.hpp"
#include "encoding.hpp"
#include "flat_form.hpp"

namespace theus::tree {
namespace {

void write_map(std::string& out, const map& m) {
  std::vector<std::pair<std::string_view, const value*>> entries;
  entries.reserve(m.size());
  for (const auto& [key, item] : m) entries.emplace_back(key, &item);
  std::ranges::sort(entries, {}, [](const auto& e) { return e.first; });
  put_length(out, entries.size());
  for (const auto& [key, item] : entries) {
    put_text(out, key);
    write_flat(out, *item);
  }
}

void refuse_depth(unsigned above) {
  if (above >= value_limits::depth)
    refuse_limit("nested maps and lists", above + 1, value_limits::depth);
}

}  // namespace

void write_flat(std::string& out, const value& v) {
  switch (v.kind()) {
    case value_kind::null:
    case value_kind::boolean:
    case value_kind::integer:
    case value_kind::real:
    case value_kind::blob:
      return put_scalar(out, v);
    case value_kind::string:
      put_byte(out, value_tag::string);
      return put_text(out, access::text(v));
    case value_kind::bytes:
      put_byte(out, value_tag::bytes);
      return put_text(out, access::text(v));
    case value_kind::list:
      if (v.as_list().empty()) return put_byte(out, value_tag::empty_list);
      put_byte(out, value_tag::list);
      put_length(out, v.as_list().size());
      for (const value& element : v.as_list()) write_flat(out, element);
      return;
    case value_kind::map:
      if (v.as_map().empty()) return put_byte(out, value_tag::empty_map);
      put_byte(out, value_tag::map);
      return write_map(out, v.as_map());
  }
}

flat_reader::flat_reader(std::string_view bytes, flat_tag form, const char* of,
                         const flat_limits& limits)
    : byte_reader(bytes, of), values_left_(limits.values), most_values_(limits.values) {
  if (bytes.size() > limits.bytes) refuse_limit("bytes of a flat form", bytes.size(), limits.bytes);
  const auto first = static_cast<unsigned>(number(1));
  if (first >= 0x20)
    refuse(errc::unknown_version, std::string(of) + " is of version " + std::to_string(first >> 4) +
                                      "; this Theus knows version 1");
  require(first == static_cast<unsigned>(form), "its first byte is another's");
}

std::size_t flat_reader::count(std::size_t bytes_each, std::size_t most, const char* limit) {
  const std::uint64_t announced = length();
  if (announced > most) refuse_limit(limit, announced, most);
  require(announced <= left() / bytes_each, "it ends too early");
  return announced;
}

value flat_reader::read(unsigned above) {
  if (values_left_ == 0) refuse_limit("values of a flat form", most_values_ + 1, most_values_);
  --values_left_;
  const auto tag = static_cast<value_tag>(number(1));
  switch (tag) {
    case value_tag::null:
      return nullptr;
    case value_tag::false_:
    case value_tag::true_:
      return tag == value_tag::true_;
    case value_tag::integer:
      return static_cast<std::int64_t>(number(8));
    case value_tag::real:
      return real();
    case value_tag::string:
    case value_tag::bytes:
      return text(take(length()), tag == value_tag::string);
    case value_tag::blob:
      return blob();
    case value_tag::empty_list:
      refuse_depth(above);
      return list();
    case value_tag::list:
      return read_list(above);
    case value_tag::empty_map:
      refuse_depth(above);
      return map();
    case value_tag::map:
      return read_map(above);
    case value_tag::long_string:
    case value_tag::long_bytes:
      break;
  }
  corrupt("a value is of no known kind");
}

value flat_reader::read_list(unsigned above) {
  refuse_depth(above);
  std::size_t elements = count(1, value_limits::entries, "elements of a list");
  require(elements != 0, "an empty list has another tag");
  list l;
  for (; elements > 0; --elements) l.push_back(read(above + 1));
  return l;
}

value flat_reader::read_map(unsigned above) {
  refuse_depth(above);
  std::size_t entries = count(2, value_limits::entries, "entries of a map");
  require(entries != 0, "an empty map has another tag");
  map m;
  std::string_view before;
  for (; entries > 0; --entries) {
    const std::string_view at = key();
    require(m.empty() || before < at, "keys are not sorted");
    m.put(at, read(above + 1));
    before = at;
  }
  return m;
}

}  // namespace theus::tree

namespace theus {

std::string encode_flat(const value& v) {
  std::string out;
  tree::put_byte(out, tree::flat_tag::value);
  tree::write_flat(out, v);
  return out;
}

result<value> decode_flat(std::string_view bytes, const flat_limits& limits) {
  try {
    tree::flat_reader in(bytes, tree::flat_tag::value, "a flat value", limits);
    value v = in.read(0);
    in.require_end();
    return v;
  } catch (const error_exception& e) {
    return error{e.code(), e.what()};
  }
}

}  // namespace theus
