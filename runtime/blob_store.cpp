#include <algorithm>
#include <map>

#include "theus/journal/blob_mentions.hpp"
#include "theus/runtime/blobs.hpp"

namespace theus {
namespace {

using journal::hash256;

constexpr std::size_t page_rows = 1'024;

result<blob_content> root_of(node_source& from, const hash256& hash) {
  const auto bytes = from.get(hash);
  if (!bytes) {
    if (bytes.error().code != errc::not_found) return bytes.error();
    return error{errc::not_found, "blob " + hash.to_string() + " is not stored"};
  }
  auto node = decode_blob_node(*bytes);
  if (node) return node;
  return error{errc::bad_input, hash.to_string() + " is no blob: " + node.error().message};
}

}  // namespace

result<blob> find_blob(node_source& from, const hash256& hash) {
  const auto root = root_of(from, hash);
  if (!root) return root.error();
  return blob{hash, root->size};
}

result<pinned_blob> blob_store::put(std::span<const std::byte> content) {
  blob_writer to = create();
  if (auto done = to.write(content); !done) return done.error();
  return to.finish();
}

result<pinned_blob> blob_store::find(const hash256& hash) {
  if (hash == hash256()) return pinned_blob();
  auto pin = std::make_shared<node_archive::saving>(*nodes_);
  const auto held = pin->holds(hash);
  if (!held) return held.error();
  if (!*held) return error{errc::not_found, "blob " + hash.to_string() + " is not stored"};
  const auto root = root_of(*nodes_, hash);
  if (!root) return root.error();
  if (pins_) pins_->put(pin);
  return pinned_blob({hash, root->size}, std::move(pin));
}

result<pinned_blob> blob_store::pin(const blob& what) {
  if (const char* const fault = fault_of(what)) return error{errc::bad_input, fault};
  auto found = find(what.hash);
  if (!found) return found;
  if (found->get() == what) return found;
  return error{errc::corrupt, "blob " + what.id() + " has " + std::to_string(found->get().size) +
                                  " bytes, not " + std::to_string(what.size)};
}

result<blob_reader> blob_store::open(const blob& what) {
  auto pinned = pin(what);
  if (!pinned) return pinned.error();
  return blob_reader(*nodes_, what, std::make_shared<pinned_blob>(std::move(*pinned)));
}

result<std::string> blob_store::get(const blob& what, std::size_t most) {
  if (what.size > most) {
    return error{errc::limit_exceeded, "blob " + what.id() + " has " + std::to_string(what.size) +
                                           " bytes, more than the " + std::to_string(most) +
                                           " that are to be read at once"};
  }
  auto from = open(what);
  if (!from) return from.error();
  std::string content(what.size, '\0');
  const auto done = from->read(0, std::as_writable_bytes(std::span(content)));
  if (!done) return done.error();
  return content;
}

result<void> blob_store::pin_all_in(std::string_view json) {
  std::vector<hash256> mentioned;
  journal::find_blobs(json, mentioned);
  journal::sort_once(mentioned);
  for (const hash256& each : mentioned) {
    const auto pinned = find(each);
    if (pinned) continue;
    if (pinned.error().code != errc::not_found) return pinned.error();
    return error{errc::bad_input,
                 pinned.error().message + "; write it before mentioning it, and keep it pinned"};
  }
  return {};
}

result<std::vector<mentioned_blob>> list_blobs(journal::checkpoint_store& kept) {
  std::map<hash256, mentioned_blob> found;
  for (std::optional<journal::blob_row> after;;) {
    const auto page = kept.blobs(after, page_rows);
    if (!page) return page.error();
    if (page->empty()) break;
    for (const journal::blob_row& row : *page) ++found[row.blob].records;
    after = page->back();
  }
  node_archive nodes(kept);
  for (std::optional<journal::checkpoint_id> after;;) {
    const auto page = kept.checkpoints_after(after, page_rows);
    if (!page) return page.error();
    if (page->empty()) break;
    for (const journal::checkpoint_id& id : *page) {
      const auto row = kept.checkpoint(id);
      if (!row && row.error().code == errc::corrupt) continue;  // `checkpoint` tells
      if (!row) return row.error();
      if (!*row) continue;
      for (const hash256& root : (*row)->roots) {
        if (found.contains(root) || root_of(nodes, root)) ++found[root].checkpoints;
      }
    }
    after = page->back();
  }
  std::vector<mentioned_blob> all;
  for (auto& [hash, each] : found) {
    each.what.hash = hash;
    const auto root = root_of(nodes, hash);
    each.is_stored = root.has_value();
    if (root) each.what.size = root->size;
    all.push_back(each);
  }
  return all;
}

}  // namespace theus
