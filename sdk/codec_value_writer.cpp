#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include <theus/codec/value_writer.hpp>
#include <theus/journal/errc.hpp>
#include <theus/value/flat.hpp>
#include <theus/value/json_pointer.hpp>

#include "codec_tree.hpp"

namespace theus {

template <class Act>
void value_writer::guarded(const Act& act) {
  try {
    act();
  } catch (const error_exception& e) {
    fail(e.code() == errc::bad_input ? codec_errc::invalid_utf8 : codec_errc::too_large, e.what());
  }
}

void value_writer::natural(std::uint64_t v) {
  if (v > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    fail(codec_errc::out_of_range, "a number beyond 2^63 - 1 does not fit a value");
  add(static_cast<std::int64_t>(v));
}

void value_writer::text(std::string_view v) {
  guarded([&] { add(v); });
}

void value_writer::binary(const bytes& v) {
  guarded([&] { add(std::span<const std::byte>(v.content())); });
}

void value_writer::blob(const theus::blob& v) {
  if (const char* const fault = fault_of(v)) fail(codec_errc::out_of_range, fault);
  add(v);
}

void value_writer::add_form(std::string_view text) {
  const json_document document(text);
  guarded([&] { add(detail::plain_value(document.root())); });
}

void value_writer::key(std::string_view name) { open_.back().key = name; }

void value_writer::add(value v) {
  if (open_.size() + v.depth() > value_limits::depth)
    fail(codec_errc::too_deep,
         "more than " + std::to_string(value_limits::depth) + " levels are nested");
  if (open_.empty()) {
    done_ = std::move(v);
    return;
  }
  level& here = open_.back();
  guarded([&] {
    if (here.object)
      here.members.put(here.key, std::move(v));
    else
      here.elements.push_back(std::move(v));
  });
}

void value_writer::open(bool object) {
  if (open_.size() == value_limits::depth)
    fail(codec_errc::too_deep,
         "more than " + std::to_string(value_limits::depth) + " levels are nested");
  open_.push_back({object, {}, {}, {}});
}

void value_writer::close() {
  level done = std::move(open_.back());
  open_.pop_back();
  if (done.object)
    add(std::move(done.members));
  else
    add(std::move(done.elements));
}

void value_writer::sort_pieces(std::vector<piece>&) {
  list& elements = open_.back().elements;
  std::vector<std::pair<std::string, value>> sorted;
  sorted.reserve(elements.size());
  for (const value& element : elements) sorted.emplace_back(encode_flat(element), element);
  std::ranges::sort(sorted, {}, [](const auto& each) -> const std::string& { return each.first; });
  list in_order;
  for (auto& [encoded, element] : sorted) in_order.push_back(std::move(element));
  elements = std::move(in_order);
}

void value_writer::fail(codec_errc kind, std::string_view why) const {
  throw codec_error(kind, path(), std::string(why));
}

std::string value_writer::path() const {
  std::string pointer;
  for (const level& each : open_)
    detail::append_pointer_token(pointer,
                                 each.object ? each.key : std::to_string(each.elements.size()));
  return pointer;
}

}  // namespace theus
