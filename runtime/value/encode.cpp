#include "access.hpp"
#include "bytes.hpp"
#include "digest.hpp"
#include "encoding.hpp"
#include "list_node.hpp"
#include "map_node.hpp"
#include "text_node.hpp"

namespace theus::tree {
namespace {

void put_reference(std::string& out, node* n) {
  const digest_bytes digest = digest_into(out, n);
  out.append(reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size());
}

// The digests of many children lie far apart: fetched together, they take as long as a few.
template <class Node>
void put_references(std::string& out, Node* const* children, unsigned count) {
  for (unsigned i = 0; i < count; ++i) __builtin_prefetch(children[i]);
  for (unsigned i = 0; i < count; ++i) __builtin_prefetch(&known_digest(children[i]));
  for (unsigned i = 0; i < count; ++i) put_reference(out, children[i]);
}

void put_entries(std::string& out, const map_node* n) {
  for (unsigned i = 0; i < n->entries; ++i) {
    put_text(out, access::text(n->entry()[i].key));
    encode_value(out, n->entry()[i].item);
  }
}

void encode_text(std::string& out, const value& v, bool string) {
  const std::string_view text = access::text(v);
  if (text.size() <= text_in_parent) {
    put_byte(out, string ? value_tag::string : value_tag::bytes);
    put_text(out, text);
  } else {
    put_byte(out, string ? value_tag::long_string : value_tag::long_bytes);
    put_reference(out, access::held(v));
  }
}

void encode_container(std::string& out, const value& v, value_tag empty, value_tag filled) {
  node* const root = access::held(v);
  put_byte(out, root == nullptr ? empty : filled);
  if (root != nullptr) put_reference(out, root);
}

}  // namespace

void encode_value(std::string& out, const value& v) {
  switch (v.kind()) {
    case value_kind::null:
    case value_kind::boolean:
    case value_kind::integer:
    case value_kind::real:
    case value_kind::blob:
      return put_scalar(out, v);
    case value_kind::string:
      return encode_text(out, v, true);
    case value_kind::bytes:
      return encode_text(out, v, false);
    case value_kind::list:
      return encode_container(out, v, value_tag::empty_list, value_tag::list);
    case value_kind::map:
      return encode_container(out, v, value_tag::empty_map, value_tag::map);
  }
}

void encode_node(std::string& out, node* n) {
  switch (n->kind) {
    case node_kind::text: {
      auto* const text = static_cast<text_node*>(n);
      put_byte(out, text->is_string ? node_tag::string : node_tag::bytes);
      out.append(text->view());
      return;
    }
    case node_kind::blob:  // stands in its parent
      return;
    case node_kind::branch:
      put_byte(out, node_tag::branch);
      put_byte(out, n->level);
      put_number(out, n->entry_bits, 4);
      put_number(out, n->child_bits, 4);
      put_entries(out, as_map_node(n));
      return put_references(out, as_map_node(n)->child(), as_map_node(n)->children);
    case node_kind::collision:
      put_byte(out, node_tag::collision);
      put_number(out, as_map_node(n)->entries, 2);
      return put_entries(out, as_map_node(n));
    case node_kind::leaf: {
      auto* const leaf = static_cast<list_leaf*>(n);
      put_byte(out, node_tag::leaf);
      put_byte(out, leaf->count);
      for (unsigned i = 0; i < leaf->count; ++i) encode_value(out, leaf->values()[i]);
      return;
    }
    case node_kind::inner: {
      auto* const inner = static_cast<list_inner*>(n);
      put_byte(out, node_tag::inner);
      put_byte(out, inner->level);
      put_byte(out, inner->count);
      return put_references(out, inner->child(), inner->count);
    }
    case node_kind::spine: {
      auto* const spine = static_cast<list_spine*>(n);
      put_byte(out, node_tag::spine);
      put_length(out, spine->size);
      put_reference(out, spine->trie);
      return put_reference(out, spine->tail);
    }
  }
}

}  // namespace theus::tree

namespace theus {

journal::hash256 value::root() const {
  tree::node* const n = held();
  if (n != nullptr && tree::stands_alone(n)) return tree::digest_of(n);
  std::string encoded(1, static_cast<char>(tree::node_tag::scalar));
  tree::encode_value(encoded, *this);
  return tree::hash_bytes(encoded);
}

}  // namespace theus
