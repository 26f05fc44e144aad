#pragma once

#include <atomic>
#include <cstdint>

// What the values of a tree are made of. Users never see nodes; this header is public because
// copying and destroying a value is inline.
namespace theus::tree {

enum class node_kind : std::uint8_t {
  text,       // a string, or bytes, longer than what a value holds itself
  blob,       // a reference to one
  branch,     // of a map: entries and children by five bits of the key's hash
  collision,  // of a map: entries whose keys have one hash, sorted by key
  leaf,       // of a list: 1 to 32 values
  inner,      // of a list: 1 to 32 children, all but the last of them full
  spine,      // of a list of more than 32: its inner nodes, and its last 1 to 32 values apart
};

// How every node begins. Who holds a pointer to a node counts in `refs`; a node that several hold
// does not change, one held once may be changed by its holder in place. A count cannot overflow:
// 2^32 pointers fill 32 GiB. Thread: any may hold, read, retain and release.
struct node {
  explicit node(node_kind k) noexcept : kind(k) {}

  std::atomic<std::uint32_t> refs{1};
  node_kind kind;
  std::atomic<std::uint8_t> hashed{0};  // of its digest; see digest.hpp
  std::uint8_t depth = 0;               // containers nested below this one, at most
  std::uint8_t level = 0;               // branch: from the root, 0 to 12; inner: from the leaves
  std::uint32_t entry_bits = 0;         // branch: which slots hold an entry,
  std::uint32_t child_bits = 0;         // and which a child
};

inline void retain(node* n) noexcept { n->refs.fetch_add(1, std::memory_order_relaxed); }

// Whether the caller's is the only pointer, so that it may change the node.
inline bool alone(const node* n) noexcept { return n->refs.load(std::memory_order_acquire) == 1; }

// Frees the node and all that it alone holds, without recursion.
void destroy(node* n) noexcept;

inline void release(node* n) noexcept {
  if (alone(n) || n->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(n);
}

// A pointer that counts; null where the container is empty.
class handle {
 public:
  handle() noexcept = default;
  explicit handle(node* owned) noexcept : node_(owned) {}
  handle(const handle& other) noexcept : node_(other.node_) {
    if (node_ != nullptr) retain(node_);
  }
  handle(handle&& other) noexcept : node_(other.node_) { other.node_ = nullptr; }
  handle& operator=(handle other) noexcept {
    node* const mine = node_;
    node_ = other.node_;
    other.node_ = mine;
    return *this;
  }
  ~handle() {
    if (node_ != nullptr) release(node_);
  }

  node* get() const noexcept { return node_; }
  // For editing: who changes what it refers to keeps the count right.
  node*& slot() noexcept { return node_; }
  node* take() noexcept {
    node* const mine = node_;
    node_ = nullptr;
    return mine;
  }

 private:
  node* node_ = nullptr;
};

struct access;  // lets the library's own files reach the nodes of values, maps and lists

}  // namespace theus::tree
