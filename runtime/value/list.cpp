#include <new>
#include <string>
#include <utility>

#include <theus/value/list.hpp>
#include <theus/value/value.hpp>

#include "access.hpp"
#include "equal.hpp"
#include "list_edit.hpp"
#include "refuse.hpp"

namespace theus {
namespace {

void refuse_depth(const value& v) {
  if (v.depth() >= value_limits::depth)
    tree::refuse_limit("nested maps and lists", v.depth() + 1, value_limits::depth);
}

void refuse_index(std::size_t index, std::size_t size) {
  tree::refuse(errc::not_found,
               "the list of " + std::to_string(size) + " has no element " + std::to_string(index));
}

}  // namespace

std::size_t list::size() const noexcept {
  if (empty()) return 0;
  const tree::node* const root = root_.get();
  return root->kind == tree::node_kind::leaf ? static_cast<const tree::list_leaf*>(root)->count
                                             : static_cast<const tree::list_spine*>(root)->size;
}

const value& list::operator[](std::size_t index) const noexcept {
  return tree::leaf_at(root_.get(), index)->values()[index & (tree::list_width - 1)];
}

const value& list::at(std::size_t index) const {
  if (index >= size()) refuse_index(index, size());
  return (*this)[index];
}

void list::push_back(value v) {
  refuse_depth(v);
  if (empty()) {
    tree::list_leaf* const leaf = tree::make_leaf(1, 1);
    leaf->depth = static_cast<std::uint8_t>(v.depth());
    new (leaf->values()) value(std::move(v));
    root_.slot() = leaf;
    return;
  }
  if (size() == value_limits::entries)
    tree::refuse_limit("elements of a list", size(), value_limits::entries);
  tree::append(root_.slot(), v);
}

void list::pop_back() {
  if (size() == 1)
    root_ = tree::handle();
  else
    tree::drop_last(root_.slot());
}

void list::set(std::size_t index, value v) {
  refuse_depth(v);
  if (index >= size()) refuse_index(index, size());
  tree::change_element(root_.slot(), index, [&](value& there) { std::swap(there, v); });
}

void list::insert(std::size_t index, value v) {
  if (index > size()) refuse_index(index, size());
  list changed = *this;
  while (changed.size() > index) changed.pop_back();
  changed.push_back(std::move(v));
  for (std::size_t i = index; i < size(); ++i) changed.push_back((*this)[i]);
  *this = std::move(changed);
}

void list::erase(std::size_t index) {
  if (index >= size()) refuse_index(index, size());
  list changed = *this;
  while (changed.size() > index) changed.pop_back();
  for (std::size_t i = index + 1; i < size(); ++i) changed.push_back((*this)[i]);
  *this = std::move(changed);
}

unsigned list::depth() const noexcept { return empty() ? 1 : root_.get()->depth + 1u; }

bool operator==(const list& a, const list& b) noexcept {
  return tree::same_node(a.root_.get(), b.root_.get());
}

list::iterator list::begin() const noexcept { return {*this, 0}; }
list::iterator list::end() const noexcept { return {*this, size()}; }

list::iterator& list::iterator::operator++() noexcept {
  ++index_;
  if (++at_ == leaf_end_) seek();
  return *this;
}

void list::iterator::seek() noexcept {
  if (index_ >= list_->size()) return;
  const tree::list_leaf* const leaf = tree::leaf_at(list_->root_.get(), index_);
  at_ = leaf->values() + (index_ & (tree::list_width - 1));
  leaf_end_ = leaf->values() + leaf->count;
}

}  // namespace theus
