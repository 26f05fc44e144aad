#include <utility>

#include <theus/value/edit.hpp>

#include "access.hpp"
#include "list_edit.hpp"
#include "map_edit.hpp"
#include "refuse.hpp"

namespace theus {
namespace {

using step = path::step;

// One change on its way down. It throws error_exception; `name` puts the place into the message.
class walk {
 public:
  explicit walk(const path& to) : path_(to) {}

  void put(value& here, std::size_t at, value& v) {
    at_ = at;
    if (at == path_.steps().size()) {
      std::swap(here, v);
      return;
    }
    const step& next = path_.steps()[at];
    if (here.is_map()) {
      const tree::probe key(key_of(next));
      if (tree::find_entry(tree::access::root(here.as_map()), key) != nullptr) {
        change_entry(here, key, [&](value& item) { put(item, at + 1, v); });
      } else {
        value fresh = built(at + 1, v);
        here.edit_map().put(next.key, std::move(fresh));
      }
    } else {
      const std::size_t index = index_of(here, next, true);
      if (index == here.as_list().size())
        here.edit_list().push_back(built(at + 1, v));
      else
        change_element(here, index, [&](value& element) { put(element, at + 1, v); });
    }
  }

  bool erase(value& here, std::size_t at) {
    at_ = at;
    const step& next = path_.steps()[at];
    const bool last = at + 1 == path_.steps().size();
    bool erased = false;
    if (here.is_map()) {
      const std::string& text = key_of(next);
      if (last) return here.edit_map().erase(text);
      const tree::probe key(text);
      if (tree::find_entry(tree::access::root(here.as_map()), key) == nullptr) return false;
      change_entry(here, key, [&](value& item) { erased = erase(item, at + 1); });
    } else {
      const std::size_t index = index_of(here, next, true);
      if (index >= here.as_list().size()) return false;
      if (last) {
        here.edit_list().erase(index);
        return true;
      }
      change_element(here, index, [&](value& element) { erased = erase(element, at + 1); });
    }
    return erased;
  }

  std::string where() const { return path_.to_string(at_); }

 private:
  static void change_entry(value& here, const tree::probe& key, auto&& change) {
    tree::typed_slot<tree::map_node> root(tree::access::slot(here.edit_map()));
    tree::change_entry(root.n, key, change);
  }

  static void change_element(value& here, std::size_t index, auto&& change) {
    tree::change_element(tree::access::slot(here.edit_list()), index, change);
  }

  static const std::string& key_of(const step& s) {
    if (s.is == step::kind::index)
      tree::refuse(errc::wrong_type, "the index " + s.key + " into a map");
    return s.key;
  }

  // The index a step means in what should be a list; `or_end` allows the one behind the last.
  static std::size_t index_of(const value& here, const step& s, bool or_end) {
    if (!here.is_list())
      tree::refuse(errc::wrong_type, "the step \"" + s.key + "\" into " + name(here.kind()));
    if (s.is == step::kind::key)
      tree::refuse(errc::wrong_type, "the key \"" + s.key + "\" into a list");
    const std::size_t size = here.as_list().size();
    const std::size_t index = s.index == static_cast<std::size_t>(-1) ? size : s.index;
    if (index > size || (index == size && !or_end))
      tree::refuse(errc::not_found,
                   "the list of " + std::to_string(size) + " has no element " + s.key);
    return index;
  }

  // The value under the maps that the rest of the path asks for.
  value built(std::size_t from, value& v) {
    value made = std::move(v);
    for (std::size_t i = path_.steps().size(); i-- > from;) {
      const step& s = path_.steps()[i];
      at_ = i;
      if (s.is == step::kind::index)
        tree::refuse(errc::not_found, "there is no list for the index " + s.key);
      map around;
      around.put(s.key, std::move(made));
      made = std::move(around);
    }
    return made;
  }

  const path& path_;
  std::size_t at_ = 0;
};

error named(const error_exception& e, const std::string& where) {
  return {e.code(), "at \"" + where + "\": " + e.what()};
}

// Before anything changes: `v` will stand below one container per step.
void refuse_depth(const path& at, const value& v) {
  const std::size_t depth = at.steps().size() + v.depth();
  if (depth > value_limits::depth)
    tree::refuse_limit("nested maps and lists", depth, value_limits::depth);
}

value patched(const value& from, const map& changes) {
  value into = from;
  for (const auto& [key, item] : changes) {
    const value* const there = into.as_map().find(key);
    if (there != nullptr && there->is_map() && item.is_map()) {
      value below = patched(*there, item.as_map());
      into.edit_map().put(key, std::move(below));
    } else {
      into.edit_map().put(key, item);
    }
  }
  return into;
}

}  // namespace

const value* find(const value& tree, const path& at) noexcept {
  const value* here = &tree;
  for (const step& s : at.steps()) {
    if (here->is_map() && s.is != step::kind::index) {
      here = here->as_map().find(s.key);
      if (here == nullptr) return nullptr;
    } else if (here->is_list() && s.is != step::kind::key) {
      if (s.index >= here->as_list().size()) return nullptr;
      here = &here->as_list()[s.index];
    } else {
      return nullptr;
    }
  }
  return here;
}

result<value> get(const value& tree, const path& at) {
  if (const value* const found = find(tree, at)) return *found;
  path there = at;
  while (find(tree, there) == nullptr) there.pop();
  return error{errc::not_found, "there is nothing at \"" + at.to_string() + "\"; \"" +
                                    there.to_string() + "\" is " + name(find(tree, there)->kind())};
}

result<void> put(value& tree, const path& at, value v) {
  walk way(at);
  try {
    refuse_depth(at, v);
    way.put(tree, 0, v);
    return {};
  } catch (const error_exception& e) {
    return named(e, way.where());
  }
}

result<void> patch(value& tree, const path& at, const map& changes) {
  const value* const there = find(tree, at);
  if (there == nullptr) return put(tree, at, changes);
  if (!there->is_map())
    return error{errc::wrong_type, "at \"" + at.to_string() + "\": a patch is for maps, not for " +
                                       name(there->kind())};
  try {
    return put(tree, at, patched(*there, changes));
  } catch (const error_exception& e) {
    return named(e, at.to_string());
  }
}

result<bool> erase(value& tree, const path& at) {
  if (at.empty())
    return error{errc::bad_input, "at \"\": the tree itself cannot be erased; put another"};
  if (find(tree, at) == nullptr) {
    // Nothing there: only what stands in the way is an error.
    value copy = tree;
    walk way(at);
    try {
      return way.erase(copy, 0);
    } catch (const error_exception& e) {
      if (e.code() == errc::not_found) return false;
      return named(e, way.where());
    }
  }
  return walk(at).erase(tree, 0);
}

place place::at(std::string_view json_pointer) const {
  path there = at_;
  const path below = path::parse(json_pointer).value();
  for (const step& s : below.steps()) there.append(s);
  return {*tree_, std::move(there)};
}

std::optional<value> place::find_value() const {
  const value* const found = find(*tree_, at_);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

}  // namespace theus
