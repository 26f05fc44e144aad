#pragma once

#include <optional>

#include <theus/journal/errc.hpp>
#include <theus/value/path.hpp>
#include <theus/value/value.hpp>

// Reading and changing a tree by path. Changes take O(log n) at each step, share what they do not
// touch with copies of the tree and change in place what no copy shares. After an error the tree
// is as it was, and the message names the path where it happened:
//   errc::wrong_type      a step into what is neither a map nor a list, an index into a map, …
//   errc::not_found       a path, or an element of a list, that is not there
//   errc::limit_exceeded  value_limits
// Thread: as value.
namespace theus {

// The value at the path. Null is a value: errc::not_found means that there is none.
result<value> get(const value& tree, const path& at);
// The same; null pointer when there is none, whatever stands in the way. Valid until the tree
// changes.
const value* find(const value& tree, const path& at) noexcept;

// Sets the value at the path, whatever was there. Maps that are missing on the way are made; the
// index behind the last element of a list appends.
result<void> put(value& tree, const path& at, value v);

// Puts every entry of a map into the map at the path, entries that are maps on both sides likewise,
// and leaves other keys alone. A null is put like any value: only erase() erases.
result<void> patch(value& tree, const path& at, const map& changes);

// Takes the entry or element out; those behind an element of a list move up, in time for all of
// them. False when there is none. The path is not empty.
result<bool> erase(value& tree, const path& at);

// A place in a tree, for writing as one reads:
//   place state(tree);
//   state["order"]["lines"][3]["qty"] = 2;
//   if (state.at("/order/status").exists()) …
// Reading gives values, never references into the tree. The tree outlives its places.
// Errors: error_exception, as above.
class place {
 public:
  explicit place(value& tree) noexcept : tree_(&tree) {}
  place(value& tree, path at) noexcept : tree_(&tree), at_(std::move(at)) {}

  template <class Step>
  place operator[](const Step& step) const {
    return {*tree_, at_ / step};
  }
  place at(std::string_view json_pointer) const;

  const path& where() const noexcept { return at_; }
  bool exists() const noexcept { return find(*tree_, at_) != nullptr; }
  value get() const { return theus::get(*tree_, at_).value(); }
  std::optional<value> find_value() const;
  operator value() const { return get(); }

  // Writes through to the tree; a place itself never changes where it is.
  const place& operator=(value v) const {
    put(std::move(v));
    return *this;
  }
  void put(value v) const { theus::put(*tree_, at_, std::move(v)).value(); }
  void patch(const map& changes) const { theus::patch(*tree_, at_, changes).value(); }
  bool erase() const { return theus::erase(*tree_, at_).value(); }

 private:
  value* tree_;
  path at_;
};

}  // namespace theus
