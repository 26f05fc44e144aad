#include "theus/runtime/context_writes.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "theus/runtime/describe.hpp"
#include <theus/value/flat.hpp>

namespace theus {
namespace {

// A list of lists: scope, place, kind, and but for what is erased, what came there. A list behind
// them that is empty says that there was more.
constexpr std::size_t members = 4;
constexpr std::size_t most_text = 64;
constexpr std::size_t root_bytes = 8;

using kind = context_write::kind;

bool is_small(const value& v) {
  switch (v.kind()) {
    case value_kind::string:
      return v.as_string().size() <= most_text;
    case value_kind::bytes:
      return v.as_bytes().size() <= most_text;
    case value_kind::list:
    case value_kind::map:
      return false;
    default:
      return true;
  }
}

// Bytes inside of a list, so that no value that is written looks the same.
value stand_in(const value& large) {
  const journal::hash256 root = large.root();
  return list::of(value(std::as_bytes(std::span(root.bytes).first(root_bytes))));
}

// What `is_small` lets through, or a stand-in.
bool is_wellformed(const value& to) {
  if (is_small(to)) return true;
  if (!to.is_list() || to.as_list().size() != 1) return false;
  const value& root = to.as_list()[0];
  return root.kind() == value_kind::bytes && root.as_bytes().size() == root_bytes;
}

std::optional<context_write> read(const value& entry) {
  if (!entry.is_list() || entry.as_list().size() != members) return std::nullopt;
  const list& from = entry.as_list();
  if (from[0].kind() != value_kind::string || from[1].kind() != value_kind::string ||
      from[2].kind() != value_kind::integer || !is_wellformed(from[3])) {
    return std::nullopt;
  }
  const std::int64_t what = from[2].as_integer();
  if (what < 0 || what > std::int64_t{static_cast<int>(kind::restore)}) return std::nullopt;
  return context_write{std::string(from[0].as_string()), std::string(from[1].as_string()),
                       static_cast<kind>(what), from[3]};
}

}  // namespace

std::string place_of(const context_write& w) {
  const std::string where = w.where.empty() ? "the whole Context" : w.where;
  return w.scope.empty() ? where : where + " in " + w.scope;
}

std::string to_text(const context_write& w) {
  if (w.what == kind::erase) return "erased";
  const std::string how = w.what == kind::patch     ? "patched by "
                          : w.what == kind::restore ? "set back to "
                                                    : "";
  if (!w.to.is_list()) return how + describe(w.to);
  journal::hash256 root;  // its beginning
  std::memcpy(root.bytes.data(), w.to.as_list()[0].as_bytes().data(), root_bytes);
  return how + "something of root " + root.to_string().substr(0, 2 * root_bytes) + "…";
}

void context_writes::add(const std::string& scope, context_write::kind what, const path& where,
                         const value& to) {
  if (writes_.size() <= most) writes_.push_back({scope, what, where, to});
}

void context_writes::forget(std::string_view scope) {
  std::erase_if(writes_, [&](const written& w) { return w.scope == scope; });
}

std::string context_writes::encode() const {
  if (writes_.empty()) return {};
  list all;
  std::size_t bytes = 0;
  for (const written& w : writes_) {
    std::string where = w.where.to_string();
    bytes += w.scope.size() + where.size() + most_text;
    if (all.size() == most || bytes > most_bytes) {
      all.push_back(list());
      break;
    }
    all.push_back(list::of(w.scope, std::move(where), static_cast<std::int64_t>(w.what),
                           is_small(w.to) ? w.to : stand_in(w.to)));
  }
  return encode_flat(all);
}

result<std::vector<context_write>> decode_writes(std::string_view bytes) {
  std::vector<context_write> writes;
  if (bytes.empty()) return writes;
  const auto decoded = decode_flat(bytes);
  if (!decoded) return decoded.error();
  const error malformed{errc::corrupt, "the changes of a turn are malformed"};
  if (!decoded->is_list()) return malformed;
  for (const value& entry : decoded->as_list()) {
    if (entry.is_list() && entry.as_list().empty()) break;
    auto write = read(entry);
    if (!write) return malformed;
    writes.push_back(std::move(*write));
  }
  return writes;
}

}  // namespace theus
