#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <theus/value/base64.hpp>
#include <theus/value/json.hpp>
#include <theus/value/path.hpp>

#include "refuse.hpp"

namespace theus {
namespace {

namespace json = boost::json;

constexpr std::string_view bytes_key = "$bytes";
constexpr std::string_view map_key = "$map";

constexpr std::string_view blob_key = "$blob";
constexpr std::string_view size_key = "size";

bool names_form(std::string_view key) { return key == bytes_key || key == map_key; }

json::string_view view_of(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view_of(json::string_view text) { return {text.data(), text.size()}; }

json::value object_of(std::string_view key, json::value content) {
  json::object object;
  object.emplace(view_of(key), std::move(content));
  return object;
}

// Both directions keep the place they are at, for messages. Recursion is as deep as the value, 64.
class writer {
 public:
  path at;

  json::value write(const value& v) {
    switch (v.kind()) {
      case value_kind::null:
        return nullptr;
      case value_kind::boolean:
        return v.as_boolean();
      case value_kind::integer:
        return v.as_integer();
      case value_kind::real:
        if (!std::isfinite(v.as_real()))
          tree::refuse(errc::bad_input, "JSON has no infinity and no NaN");
        return v.as_real();
      case value_kind::string:
        return json::value(view_of(v.as_string()));
      case value_kind::bytes:
        return object_of(bytes_key,
                         json::value(view_of(std::string_view(to_base64(v.as_bytes())))));
      case value_kind::list:
        return write_list(v.as_list());
      case value_kind::blob:
        return write_blob(v.as_blob());
      case value_kind::map:
        break;
    }
    return write_map(v.as_map());
  }

 private:
  static json::value write_blob(const blob& b) {
    json::object object =
        object_of(blob_key, json::value(view_of(std::string_view(b.id())))).get_object();
    object.emplace(view_of(size_key), static_cast<std::int64_t>(b.size));
    return object;
  }

  json::value write_list(const list& l) {
    json::array array;
    array.reserve(l.size());
    for (const value& element : l) {
      at /= array.size();
      array.push_back(write(element));
      at.pop();
    }
    return array;
  }

  json::value write_map(const map& m) {
    std::vector<std::pair<std::string_view, const value*>> entries;
    entries.reserve(m.size());
    for (const auto& [key, item] : m) entries.emplace_back(key, &item);
    std::ranges::sort(entries, {}, [](const auto& e) { return e.first; });
    json::object object;
    object.reserve(entries.size());
    for (const auto& [key, item] : entries) {
      at /= key;
      object.emplace(view_of(key), write(*item));
      at.pop();
    }
    const bool is_form =
        entries.size() == 1
            ? names_form(entries[0].first)
            : entries.size() == 2 && entries[0].first == blob_key && entries[1].first == size_key;
    if (is_form) return object_of(map_key, std::move(object));
    return object;
  }
};

class reader {
 public:
  path at;

  value read(const json::value& v) {
    switch (v.kind()) {
      case json::kind::null:
        return nullptr;
      case json::kind::bool_:
        return v.get_bool();
      case json::kind::int64:
        return v.get_int64();
      case json::kind::uint64:
        return v.get_uint64();
      case json::kind::double_:
        if (!std::isfinite(v.get_double()))
          tree::refuse(errc::bad_input, "JSON has no infinity and no NaN");
        return v.get_double();
      case json::kind::string:
        return view_of(json::string_view(v.get_string()));
      case json::kind::array:
        return read_array(v.get_array());
      case json::kind::object:
        break;
    }
    const json::object& object = v.get_object();
    if (is_blob(object)) return read_blob(object);
    if (object.size() != 1) return read_object(object);
    const std::string_view key = view_of(object.begin()->key());
    const json::value& content = object.begin()->value();
    if (key == bytes_key) return read_bytes(content);
    if (key != map_key) return read_object(object);
    if (!content.is_object()) tree::refuse(errc::bad_input, "$map holds no object");
    return read_object(content.get_object());
  }

 private:
  void refuse_depth() const {
    if (at.steps().size() >= value_limits::depth)
      tree::refuse_limit("nested maps and lists", at.steps().size() + 1, value_limits::depth);
  }

  static bool is_blob(const json::object& object) {
    return object.size() == 2 && object.contains(view_of(blob_key)) &&
           object.contains(view_of(size_key));
  }

  static value read_blob(const json::object& object) {
    const json::value& id = object.at(view_of(blob_key));
    const json::value& size = object.at(view_of(size_key));
    const auto hash =
        id.is_string() ? parse_blob_id(view_of(json::string_view(id.get_string()))) : std::nullopt;
    if (!hash) tree::refuse(errc::bad_input, "$blob holds no 64 hex digits");
    if (!size.is_int64() || size.get_int64() < 0)
      tree::refuse(errc::bad_input, "the size of a $blob is no number of bytes");
    return blob{*hash, static_cast<std::uint64_t>(size.get_int64())};
  }

  value read_bytes(const json::value& content) const {
    std::vector<std::byte> raw;
    if (!content.is_string() || !from_base64(view_of(json::string_view(content.get_string())), raw))
      tree::refuse(errc::bad_input, "$bytes holds no base64");
    return std::span<const std::byte>(raw);
  }

  value read_array(const json::array& array) {
    refuse_depth();
    list l;
    for (const json::value& element : array) {
      at /= l.size();
      l.push_back(read(element));
      at.pop();
    }
    return l;
  }

  value read_object(const json::object& object) {
    refuse_depth();
    map m;
    for (const auto& [key, content] : object) {
      at /= view_of(key);
      m.put(view_of(key), read(content));
      at.pop();
    }
    return m;
  }
};

template <class Result, class Walker>
result<Result> guarded(Walker& walker, auto&& act) {
  try {
    return act();
  } catch (const error_exception& e) {
    return error{e.code(), "at \"" + walker.at.to_string() + "\": " + e.what()};
  }
}

}  // namespace

result<json::value> to_json(const value& v) {
  writer w;
  return guarded<json::value>(w, [&] { return w.write(v); });
}

result<value> from_json(const json::value& json) {
  reader r;
  return guarded<value>(r, [&] { return r.read(json); });
}

}  // namespace theus
