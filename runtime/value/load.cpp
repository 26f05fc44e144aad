#include <new>
#include <string>
#include <unordered_map>

#include <theus/value/storage.hpp>

#include "access.hpp"
#include "decode.hpp"
#include "digest.hpp"
#include "list_node.hpp"
#include "map_node.hpp"
#include "refuse.hpp"
#include "text_node.hpp"

namespace theus {
namespace {

using journal::hash256;
using tree::handle;
using tree::node;
using tree::node_tag;
using tree::stored_node;
using tree::stored_value;
using tree::value_tag;

std::string name_of(const hash256& hash) {
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) {
    constexpr char digits[] = "0123456789abcdef";
    text += digits[hash.bytes[i] >> 4];
    text += digits[hash.bytes[i] & 15];
  }
  return text + "…";
}

struct hash_of_hash {
  std::size_t operator()(const hash256& h) const noexcept {
    std::size_t bits;
    std::memcpy(&bits, h.bytes.data(), sizeof bits);
    return bits;
  }
};

// A node with all below it, and what its place has to know of it.
struct loaded {
  handle node;
  std::uint64_t values = 1;    // at it and below it, counted wherever they stand
  std::uint64_t elements = 0;  // of a list's node
  std::uint64_t a_hash = 0;    // of a map's node: the hash of one of its keys
};

class loader {
 public:
  loader(node_source& source, const load_limits& limits) : source_(source), limits_(limits) {}

  value load_root(const hash256& root) {
    const std::string bytes = fetch(root);
    const stored_node stored = tree::decode_node(bytes);
    switch (stored.tag) {
      case node_tag::scalar:
        return stored.values[0].inline_value;
      case node_tag::string:
      case node_tag::bytes:
        return text_of(stored, root);
      case node_tag::leaf:
      case node_tag::spine:
        return tree::access::list_of(load_list_root(root, 1).node.take());
      case node_tag::branch:
        if (stored.level == 0) return tree::access::map_of(load_map(root, 0, 1).node.take());
        break;
      default:
        break;
    }
    corrupt(root, "it is no root");
  }

 private:
  [[noreturn]] static void corrupt(const hash256& hash, const char* why) {
    tree::refuse(errc::corrupt, "node " + name_of(hash) + ": " + why);
  }

  std::string fetch(const hash256& hash) {
    result<std::string> bytes = source_.get(hash);
    if (!bytes) throw error_exception(bytes.error());
    if (tree::hash_bytes(*bytes) != hash) corrupt(hash, "its bytes are not what its hash says");
    return std::move(*bytes);
  }

  // Reads a node that has not been met before.
  stored_node read(const hash256& hash, std::string& bytes) {
    bytes = fetch(hash);
    bytes_ += bytes.size();
    if (bytes_ > limits_.bytes) tree::refuse_limit("bytes of a tree", bytes_, limits_.bytes);
    return tree::decode_node(bytes);
  }

  static value text_of(const stored_node& stored, const hash256& hash) {
    value v = stored.tag == node_tag::string ? value(stored.text)
                                             : value(std::as_bytes(std::span(stored.text)));
    tree::set_digest(tree::access::held(v), hash);
    return v;
  }

  // `nesting`: the containers around the value, itself included if it is one.
  value load_value(const stored_value& stored, unsigned nesting, std::uint64_t& values) {
    if (!stored.is_reference()) {
      count(values, 1);
      return stored.inline_value;
    }
    loaded below;
    const bool is_list = stored.tag == value_tag::list;
    if (is_list || stored.tag == value_tag::map) {
      if (nesting >= value_limits::depth)
        tree::refuse_limit("nested maps and lists", nesting + 1, value_limits::depth);
      below = is_list ? load_list_root(stored.reference, nesting + 1)
                      : load_map(stored.reference, 0, nesting + 1);
      if (below.node.get()->depth + 1u + nesting > value_limits::depth)
        tree::refuse_limit("nested maps and lists", below.node.get()->depth + 1u + nesting,
                           value_limits::depth);
      count(values, below.values);
      if (is_list) return tree::access::list_of(below.node.take());
      return tree::access::map_of(below.node.take());
    }
    count(values, 1);
    const bool is_string = stored.tag == value_tag::long_string;
    if (const auto known = texts_.find(stored.reference); known != texts_.end()) {
      if ((known->second.kind() == value_kind::string) != is_string)
        corrupt(stored.reference, "it is another kind of text than its parent says");
      return known->second;
    }
    std::string bytes;
    const stored_node text = read(stored.reference, bytes);
    if (text.tag != (is_string ? node_tag::string : node_tag::bytes))
      corrupt(stored.reference, "it is not the text that its parent says");
    return texts_.emplace(stored.reference, text_of(text, stored.reference)).first->second;
  }

  void count(std::uint64_t& values, std::uint64_t more) const {
    values += more;
    if (values > limits_.values) tree::refuse_limit("values of a tree", values, limits_.values);
  }

  // Remembers a finished node. Its digest is known: it was found by it.
  loaded finish(const hash256& hash, loaded&& done) {
    tree::set_digest(done.node.get(), hash);
    return nodes_.emplace(hash, std::move(done)).first->second;
  }

  loaded load_map(const hash256& hash, unsigned level, unsigned nesting) {
    if (const auto known = nodes_.find(hash); known != nodes_.end()) {
      const node* const n = known->second.node.get();
      const bool fits = n->kind == tree::node_kind::branch || n->kind == tree::node_kind::collision;
      if (!fits || n->level != level) corrupt(hash, "it is not the node that its parent says");
      return known->second;
    }
    std::string bytes;
    const stored_node stored = read(hash, bytes);
    const bool collision = stored.tag == node_tag::collision;
    if ((stored.tag != node_tag::branch && !collision) || stored.level != level)
      corrupt(hash, "it is not the node that its parent says");
    const auto children = static_cast<unsigned>(stored.references.size());
    const auto entries = static_cast<unsigned>(stored.entries.size());

    // Parts first: a node is made when nothing can fail any more.
    loaded done;
    std::vector<tree::map_entry> items;
    items.reserve(entries);
    for (const tree::stored_entry& e : stored.entries)
      items.push_back({e.key, load_value(e.item, nesting, done.values)});
    std::vector<loaded> below;
    below.reserve(children);
    if (entries != 0) done.a_hash = stored.entries[0].hash;
    std::uint64_t keys = entries;
    std::uint32_t bits = stored.child_bits;
    for (const hash256& reference : stored.references) {
      below.push_back(load_map(reference, level + 1, nesting));
      const loaded& child = below.back();
      if (entries == 0 && below.size() == 1) done.a_hash = child.a_hash;
      if (tree::slot_of(child.a_hash, level) != static_cast<unsigned>(std::countr_zero(bits)) ||
          !tree::same_path(child.a_hash, done.a_hash, level))
        corrupt(reference, "its keys belong elsewhere");
      bits &= bits - 1;
      keys += tree::as_map_node(child.node.get())->count;
      count(done.values, child.values);
    }
    if (keys > value_limits::entries)
      tree::refuse_limit("entries of a map", keys, value_limits::entries);

    tree::map_node* const n = tree::make_map_node(
        collision ? tree::node_kind::collision : tree::node_kind::branch, level, children, entries);
    n->entry_bits = stored.entry_bits;
    n->child_bits = stored.child_bits;
    n->count = static_cast<std::uint32_t>(keys);
    for (unsigned i = 0; i < children; ++i) n->child()[i] = tree::as_map_node(below[i].node.take());
    for (unsigned i = 0; i < entries; ++i)
      new (n->entry() + i) tree::map_entry(std::move(items[i]));
    done.node = handle(n);
    tree::recount_depth(n);
    return finish(hash, std::move(done));
  }

  loaded load_leaf(const hash256& hash, const stored_node& stored, unsigned nesting) {
    loaded done;
    done.elements = stored.size;
    std::vector<value> values;
    values.reserve(stored.values.size());
    for (const stored_value& v : stored.values)
      values.push_back(load_value(v, nesting, done.values));
    const auto size = static_cast<unsigned>(values.size());
    tree::list_leaf* const n = tree::make_leaf(size, size);
    for (unsigned i = 0; i < size; ++i) new (n->values() + i) value(std::move(values[i]));
    done.node = handle(n);
    tree::recount_depth(n);
    return finish(hash, std::move(done));
  }

  // A leaf, or an inner node, of `elements` values at `level` of a trie.
  loaded load_trie(const hash256& hash, unsigned level, std::uint64_t elements, unsigned nesting) {
    const auto known = nodes_.find(hash);
    const auto require = [&](bool fits) {
      if (!fits) corrupt(hash, "it is not the node that its parent says");
    };
    if (known != nodes_.end()) {
      const node* const n = known->second.node.get();
      require(n->kind == (level == 0 ? tree::node_kind::leaf : tree::node_kind::inner) &&
              n->level == level && known->second.elements == elements);
      return known->second;
    }
    std::string bytes;
    const stored_node stored = read(hash, bytes);
    if (level == 0) {
      require(stored.tag == node_tag::leaf && stored.size == elements);
      return load_leaf(hash, stored, nesting);
    }
    const std::uint64_t each = std::uint64_t{1} << (tree::list_bits * level);
    require(stored.tag == node_tag::inner && stored.level == level &&
            stored.references.size() == (elements + each - 1) / each);
    loaded done;
    done.elements = elements;
    std::vector<loaded> below;
    for (std::uint64_t left = elements; const hash256& reference : stored.references) {
      below.push_back(load_trie(reference, level - 1, std::min(left, each), nesting));
      left -= std::min(left, each);
      count(done.values, below.back().values);
    }
    const auto size = static_cast<unsigned>(below.size());
    tree::list_inner* const n = tree::make_inner(level, size, size);
    for (unsigned i = 0; i < size; ++i) n->child()[i] = below[i].node.take();
    done.node = handle(n);
    tree::recount_depth(n);
    return finish(hash, std::move(done));
  }

  loaded load_list_root(const hash256& hash, unsigned nesting) {
    if (const auto known = nodes_.find(hash); known != nodes_.end()) {
      const tree::node_kind kind = known->second.node.get()->kind;
      if (kind != tree::node_kind::leaf && kind != tree::node_kind::spine)
        corrupt(hash, "it is not the list that its parent says");
      return known->second;
    }
    std::string bytes;
    const stored_node stored = read(hash, bytes);
    if (stored.tag == node_tag::leaf) return load_leaf(hash, stored, nesting);
    if (stored.tag != node_tag::spine) corrupt(hash, "it is not the list that its parent says");
    const std::uint64_t in_tail = (stored.size - 1) % tree::list_width + 1;
    const std::uint64_t in_trie = stored.size - in_tail;
    unsigned level = 0;
    while ((std::uint64_t{tree::list_width} << (tree::list_bits * level)) < in_trie) ++level;
    loaded trie = load_trie(stored.references[0], level, in_trie, nesting);
    loaded tail = load_trie(stored.references[1], 0, in_tail, nesting);
    loaded done;
    count(done.values, trie.values);
    count(done.values, tail.values);
    done.elements = stored.size;
    auto* const n = new (::operator new(sizeof(tree::list_spine)))
        tree::list_spine(stored.size, trie.node.take(), tail.node.take());
    done.node = handle(n);
    tree::recount_depth(n);
    return finish(hash, std::move(done));
  }

  node_source& source_;
  const load_limits& limits_;
  std::size_t bytes_ = 0;
  std::unordered_map<hash256, loaded, hash_of_hash> nodes_;
  std::unordered_map<hash256, value, hash_of_hash> texts_;
};

}  // namespace

result<value> load(const hash256& root, node_source& source, const load_limits& limits) {
  try {
    return loader(source, limits).load_root(root);
  } catch (const error_exception& e) {
    return error{e.code(), e.what()};
  }
}

}  // namespace theus
