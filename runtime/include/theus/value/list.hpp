#pragma once

#include <cstddef>
#include <iterator>
#include <utility>

#include <theus/journal/ids.hpp>
#include <theus/value/node.hpp>

namespace theus {

class value;

// An immutable list of values that is changed by making another one: copying is O(1); push_back,
// pop_back and set are O(log n) and share what they do not touch with the copies; what no copy
// shares is changed in place. A strict radix vector of 32 (semantics rule 28): its shape follows
// from its size alone, so equal lists have equal shapes, whatever their history. That is why insert
// and erase elsewhere than at the end take time for all elements behind.
// Thread: copies may be used by different threads; one list object by one at a time.
// Errors: changes throw error_exception (errc::limit_exceeded; errc::not_found for an index that
// there is not) and bad_alloc; the list is then as it was, except that insert and erase which meet
// bad_alloc may leave it empty.
class list {
 public:
  class iterator;

  list() noexcept = default;
  // Not braces: list{l} is a copy of l for one compiler and a list that holds l for another.
  template <class... Values>
  static list of(Values&&... values) {
    list l;
    (l.push_back(std::forward<Values>(values)), ...);
    return l;
  }

  bool empty() const noexcept { return root_.get() == nullptr; }
  std::size_t size() const noexcept;

  // `index` < size(). It refers into the list: until that is changed or gone.
  const value& operator[](std::size_t index) const noexcept;
  const value& at(std::size_t index) const;  // throws errc::not_found
  const value& back() const noexcept { return (*this)[size() - 1]; }

  void push_back(value v);
  void pop_back();  // the list is not empty
  void set(std::size_t index, value v);
  void insert(std::size_t index, value v);
  void erase(std::size_t index);

  iterator begin() const noexcept;
  iterator end() const noexcept;

  // Containers nested in this one, itself included: 1 when it holds scalars only.
  unsigned depth() const noexcept;

  friend bool operator==(const list& a, const list& b) noexcept;

 private:
  friend struct tree::access;
  tree::handle root_;
};

// A change of the list ends its iterators.
class list::iterator {
 public:
  using value_type = value;
  using reference = const value&;
  using pointer = const value*;
  using difference_type = std::ptrdiff_t;
  using iterator_category = std::forward_iterator_tag;

  iterator() noexcept = default;
  iterator(const list& of, std::size_t index) noexcept : list_(&of), index_(index) { seek(); }

  reference operator*() const noexcept { return *at_; }
  pointer operator->() const noexcept { return at_; }
  iterator& operator++() noexcept;
  iterator operator++(int) noexcept {
    iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const iterator& a, const iterator& b) noexcept {
    return a.index_ == b.index_;
  }

 private:
  void seek() noexcept;

  const list* list_ = nullptr;
  std::size_t index_ = 0;
  const value* at_ = nullptr;
  const value* leaf_end_ = nullptr;
};

}  // namespace theus
