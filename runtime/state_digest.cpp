#include <algorithm>
#include <bit>

#include "theus/journal/codec.hpp"
#include "theus/runtime/machine.hpp"

namespace theus {

namespace {

// Integers are little-endian, texts are preceded by their length: part of the format (rule 14).
class digest_input {
 public:
  void add(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) {
      bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
    }
  }
  void add(std::string_view text) {
    add(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }
  void add(const journal::hash256& hash) {
    bytes_.insert(bytes_.end(), hash.bytes.begin(), hash.bytes.end());
  }
  journal::hash256 hash() const { return journal::hash_of(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

journal::hash256 machine::state_digest() const {
  std::vector<const scope*> open;
  for (const scope& each : scopes_) open.push_back(&each);
  std::sort(open.begin(), open.end(), [](const scope* a, const scope* b) {
    return journal::compare_scopes(a->path(), b->path()) < 0;
  });

  digest_input input;
  input.add(open.size());
  for (const scope* each : open) {
    input.add(each->path());
    input.add(each->context().root());
    input.add(each->next_number());
    input.add(each->draws());
  }
  for (const auto& [name, box] : mailboxes_) {
    if (box.received_count == 0) continue;
    input.add(name);
    input.add(box.received);
    input.add(box.received_count);
    input.add(box.unread.size() + box.reserved);
  }
  // Waits within the run, in the order of awaiting in each scope; nothing where there are none, as
  // before there could be any. What mutexes and channels hold is not covered, only who waits.
  for (const inner_wait* each : inner_waits_by_scope()) {
    input.add(each->waiter().path());
    input.add(static_cast<std::uint64_t>(each->kind()));
  }
  return input.hash();
}

}  // namespace theus
