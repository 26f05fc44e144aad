#include "checkpoint_form.hpp"

#include <algorithm>

#include "theus/journal/trimming.hpp"

#include "hash.hpp"
#include "keys.hpp"

namespace theus::journal {
namespace {

constexpr std::size_t hash_bytes = sizeof(hash256::bytes);

}  // namespace

std::string checkpoint_value(const checkpoint_row& row) {
  const std::string key = keys::checkpoint(row.id);
  std::string value(hash_bytes, '\0');
  value.reserve(hash_bytes * (1 + row.roots.size()) + 4 + row.bytes.size());
  keys::put_u32(value, std::uint32_t(row.roots.size()));
  for (const hash256& root : row.roots) keys::put_hash(value, root);
  value += row.bytes;
  const hash256 hash =
      sha256({bytes_of(key), bytes_of(std::string_view(value).substr(hash_bytes))});
  std::ranges::copy(hash.bytes, value.begin());
  return value;
}

std::optional<checkpoint_row> parse_checkpoint(const checkpoint_id& id, std::string_view value) {
  const std::string key = keys::checkpoint(id);
  keys::cursor c(value);
  const hash256 hash = c.hash();
  if (!c.ok() || sha256({bytes_of(key), bytes_of(c.rest())}) != hash) return std::nullopt;
  checkpoint_row row{id, {}, {}};
  const std::uint32_t roots = c.u32();
  if (roots > c.left() / hash_bytes) return std::nullopt;
  row.roots.reserve(roots);
  for (std::uint32_t i = 0; i < roots; ++i) row.roots.push_back(c.hash());
  row.bytes = c.rest();
  if (!c.ok()) return std::nullopt;
  return row;
}

hash256 manifest_of(const checkpoint_row& row) {
  const std::string value = checkpoint_value(row);
  return keys::cursor(value).hash();
}

}  // namespace theus::journal
