#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <utility>

#include <theus/journal/ids.hpp>
#include <theus/value/node.hpp>

namespace theus {

class value;

// An immutable map from strings to values that is changed by making another one: copying is O(1),
// put and erase are O(log n) and share every untouched branch with the copies; what no copy shares
// is changed in place. A CHAMP trie (Steindorfer and Vinju, 2015) over a 64-bit hash of the keys
// that is the same everywhere; equal maps have equal shapes, whatever their history.
// Thread: copies may be used by different threads; one map object by one at a time.
// Errors: put throws error_exception (errc::limit_exceeded, errc::bad_input for keys that are not
// UTF-8) and bad_alloc; the map is then as it was.
class map {
 public:
  class iterator;
  struct entry;

  map() noexcept = default;
  map(std::initializer_list<std::pair<std::string_view, value>> entries);

  bool empty() const noexcept { return root_.get() == nullptr; }
  std::size_t size() const noexcept;

  // Null when there is none. It points into the map: until that is changed or gone.
  const value* find(std::string_view key) const noexcept;
  bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
  const value& at(std::string_view key) const;  // throws errc::not_found

  // True when the key is new.
  bool put(std::string_view key, value v);
  // True when there was one.
  bool erase(std::string_view key);

  // By the hash of the keys, then by the keys: an order that is the same everywhere, but looks
  // like none. A change of the map ends the iterators.
  iterator begin() const noexcept;
  std::default_sentinel_t end() const noexcept { return {}; }

  // Containers nested in this one, itself included: 1 when it holds scalars only.
  unsigned depth() const noexcept;

  friend bool operator==(const map& a, const map& b) noexcept;

 private:
  friend struct tree::access;
  tree::handle root_;
};

struct map::entry {
  std::string_view key;
  const theus::value& value;
};

class map::iterator {
 public:
  using value_type = entry;
  using reference = entry;
  using difference_type = std::ptrdiff_t;
  using iterator_category = std::input_iterator_tag;

  iterator() noexcept = default;
  explicit iterator(const tree::node* root) noexcept;

  entry operator*() const noexcept;
  iterator& operator++() noexcept {
    settle();
    return *this;
  }
  iterator operator++(int) noexcept {
    iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const iterator& i, std::default_sentinel_t) noexcept {
    return i.at_ == nullptr;
  }
  friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.at_ == b.at_; }

 private:
  struct frame {
    const tree::node* node;
    std::uint32_t left;   // branch: slots yet to visit; collision: entries yet to visit
    std::uint16_t entry;  // the next one's index
    std::uint16_t child;
  };
  void enter(const tree::node* n) noexcept;
  void settle() noexcept;

  const void* at_ = nullptr;
  int top_ = -1;
  std::array<frame, 14> path_;  // as many levels as a trie has; written before it is read
};

}  // namespace theus
