#include "theus/runtime/node_archive.hpp"

#include <cstring>

namespace theus {
namespace {

constexpr std::size_t batch_bytes = 256 * 1024;

}  // namespace

using journal::hash256;

std::size_t node_archive::hash_of_hash::operator()(const hash256& hash) const noexcept {
  std::size_t bits;
  std::memcpy(&bits, hash.bytes.data(), sizeof bits);
  return bits;
}

result<std::string> node_archive::get(const hash256& node) {
  auto bytes = kept_.node(node);
  if (!bytes) return bytes.error();
  if (!*bytes) return error{errc::not_found, "node " + node.to_string() + " is not stored"};
  return std::move(**bytes);
}

void node_archive::give_up(const journal::checkpoint_id& damaged) {
  const std::lock_guard lock(mutex_);
  given_up_.insert(damaged);
}

node_archive::saving::saving(node_archive& to) : archive_(to), since_(to.kept_.opened()) {
  const std::lock_guard lock(archive_.mutex_);
  archive_.savings_.insert(this);
}

node_archive::saving::~saving() {
  const std::lock_guard lock(archive_.mutex_);
  archive_.savings_.erase(this);
}

result<bool> node_archive::saving::holds(const hash256& node) {
  {
    const std::lock_guard lock(archive_.mutex_);
    if (put_.contains(node)) return true;
    // It, or what is below it, is about to go, and is put once more.
    if (archive_.phase_ == phase::sweeping && !archive_.alive_.contains(node)) return false;
    // Relied on before it is looked for: in between a collection could begin and take it away.
    relied_on_.insert(node);
    if (archive_.phase_ == phase::marking) archive_.grey_.push_back(node);
  }
  auto held = archive_.kept_.holds_node(node);
  if (!held || !*held) {
    const std::lock_guard lock(archive_.mutex_);
    relied_on_.erase(node);
  }
  return held;
}

result<void> node_archive::saving::put(const hash256& node, std::string_view bytes) {
  {
    const std::lock_guard lock(archive_.mutex_);
    if (!put_.insert(node).second) return {};
    if (archive_.phase_ != phase::idle) archive_.alive_.insert(node);
  }
  buffer_.push_back({node, std::string(bytes)});
  buffered_bytes_ += bytes.size() + sizeof node.bytes;
  return buffered_bytes_ < batch_bytes ? result<void>() : flush();
}

result<void> node_archive::saving::keep(const hash256& node, std::string_view bytes) {
  const auto held = holds(node);
  if (!held) return held.error();
  return *held ? result<void>() : put(node, bytes);
}

result<void> node_archive::saving::fold(const hash256& node, std::span<const hash256> below) {
  if (auto done = flush(); !done) return done;
  const std::lock_guard lock(archive_.mutex_);
  for (const hash256& each : below) {
    put_.erase(each);
    relied_on_.erase(each);
  }
  // Of what was put a collection that begins takes nothing but itself, of this all below it.
  put_.erase(node);
  relied_on_.insert(node);
  return {};
}

result<void> node_archive::saving::flush() {
  auto done = archive_.kept_.put_nodes(buffer_, since_);
  if (!done) return done;
  archive_.written_.fetch_add(buffer_.size(), std::memory_order_relaxed);
  buffer_.clear();
  buffered_bytes_ = 0;
  return {};
}

result<void> node_archive::saving::put_checkpoint(const journal::checkpoint_row& row) {
  if (auto done = flush(); !done) return done;
  return archive_.kept_.put_checkpoint(row, since_);
}

}  // namespace theus
