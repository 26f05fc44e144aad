#pragma once

#include <theus/value/value.hpp>

namespace theus::tree {

struct access {
  static node* root(const map& m) noexcept { return m.root_.get(); }
  static node* root(const list& l) noexcept { return l.root_.get(); }
  static node*& slot(map& m) noexcept { return m.root_.slot(); }
  static node*& slot(list& l) noexcept { return l.root_.slot(); }

  // The node a value holds: of a long text, or the root of a container that is not empty.
  static node* held(const value& v) noexcept { return v.held(); }

  // Of a string or bytes, whatever its length.
  static std::string_view text(const value& v) noexcept { return v.content(); }

  static map map_of(node* owned) noexcept {
    map m;
    m.root_ = handle(owned);
    return m;
  }
  static list list_of(node* owned) noexcept {
    list l;
    l.root_ = handle(owned);
    return l;
  }
};

}  // namespace theus::tree
