#include "decode.hpp"

#include <bit>
#include <string>

#include <theus/value/blob_nodes.hpp>

#include "bytes.hpp"
#include "key_hash.hpp"
#include "list_node.hpp"
#include "map_node.hpp"
#include "refuse.hpp"
#include "text_node.hpp"

namespace theus::tree {
namespace {

std::string_view read_short_text(byte_reader& in) {
  const std::uint64_t length = in.length();
  in.require(length <= text_in_parent, "a long text is not a node of its own");
  return in.take(length);
}

stored_value read_value(byte_reader& in) {
  stored_value v;
  v.tag = static_cast<value_tag>(in.number(1));
  switch (v.tag) {
    case value_tag::null:
      return v;
    case value_tag::false_:
    case value_tag::true_:
      v.inline_value = v.tag == value_tag::true_;
      return v;
    case value_tag::integer:
      v.inline_value = static_cast<std::int64_t>(in.number(8));
      return v;
    case value_tag::real:
      v.inline_value = in.real();
      return v;
    case value_tag::string:
    case value_tag::bytes:
      v.inline_value = in.text(read_short_text(in), v.tag == value_tag::string);
      return v;
    case value_tag::empty_list:
      v.inline_value = list();
      return v;
    case value_tag::empty_map:
      v.inline_value = map();
      return v;
    case value_tag::blob:
      v.inline_value = in.blob();
      return v;
    case value_tag::long_string:
    case value_tag::long_bytes:
    case value_tag::list:
    case value_tag::map:
      v.reference = in.hash();
      return v;
  }
  in.corrupt("a value is of no known kind");
}

stored_entry read_entry(byte_reader& in) {
  stored_entry e;
  e.key = in.key();
  e.hash = key_hash(e.key);
  e.item = read_value(in);
  return e;
}

void read_references(byte_reader& in, stored_node& n, unsigned count) {
  in.require(in.left() == count * reference_bytes, "it has not as many references as it says");
  for (unsigned i = 0; i < count; ++i) n.references.push_back(in.hash());
}

void read_branch(byte_reader& in, stored_node& n) {
  n.level = static_cast<unsigned>(in.number(1));
  in.require(n.level < collision_level, "a level is beyond the last");
  n.entry_bits = static_cast<std::uint32_t>(in.number(4));
  n.child_bits = static_cast<std::uint32_t>(in.number(4));
  in.require((n.entry_bits & n.child_bits) == 0, "a slot has an entry and a child");
  const std::uint32_t slots = n.level == collision_level - 1 ? 0xFFFF : 0xFFFF'FFFF;
  in.require(((n.entry_bits | n.child_bits) & ~slots) == 0, "a slot is beyond the last");
  const unsigned entries = static_cast<unsigned>(std::popcount(n.entry_bits));
  const unsigned children = static_cast<unsigned>(std::popcount(n.child_bits));
  in.require(entries + 2 * children > (n.level == 0 ? 0u : 1u), "it should be part of its parent");
  std::uint32_t bits = n.entry_bits;
  for (unsigned i = 0; i < entries; ++i, bits &= bits - 1) {
    n.entries.push_back(read_entry(in));
    const std::uint64_t hash = n.entries.back().hash;
    in.require(slot_of(hash, n.level) == static_cast<unsigned>(std::countr_zero(bits)),
               "a key is in another's slot");
    in.require(same_path(hash, n.entries.front().hash, n.level), "keys are of different branches");
  }
  read_references(in, n, children);
}

void read_collision(byte_reader& in, stored_node& n) {
  n.level = collision_level;
  const auto count = static_cast<unsigned>(in.number(2));
  in.require(count >= 2, "a collision needs two");
  for (unsigned i = 0; i < count; ++i) {
    n.entries.push_back(read_entry(in));
    if (i == 0) continue;
    in.require(n.entries[i].hash == n.entries[0].hash, "keys do not collide");
    in.require(n.entries[i - 1].key < n.entries[i].key, "colliding keys are not sorted");
  }
}

void read_leaf(byte_reader& in, stored_node& n) {
  n.size = in.number(1);
  in.require(n.size >= 1 && n.size <= list_width, "a leaf has 1 to 32 values");
  for (std::uint64_t i = 0; i < n.size; ++i) n.values.push_back(read_value(in));
}

void read_inner(byte_reader& in, stored_node& n) {
  n.level = static_cast<unsigned>(in.number(1));
  in.require(n.level >= 1 && n.level <= 6, "a level is beyond the last");
  const auto count = static_cast<unsigned>(in.number(1));
  in.require(count >= 1 && count <= list_width, "an inner node has 1 to 32 children");
  read_references(in, n, count);
}

void read_spine(byte_reader& in, stored_node& n) {
  n.size = in.length();
  in.require(n.size > list_width, "a short list needs no spine");
  if (n.size > value_limits::entries)
    refuse_limit("elements of a list", n.size, value_limits::entries);
  read_references(in, n, 2);
}

// Every node but the last of its level is full, and all before the last chunk are.
void read_blob(byte_reader& in, stored_node& n) {
  n.level = static_cast<unsigned>(in.number(1));
  in.require(n.level <= blob_levels - 1, "a level is beyond the last");
  n.size = in.length(42);
  in.require(n.size >= 1 && n.size <= blob::most_bytes, "a blob has 1 byte to 1 TiB");
  const std::uint64_t each = blob_bytes_below(n.level);
  const std::uint64_t count = (n.size + each - 1) / each;
  in.require(count <= blob_fan_out, "a blob node has 1 to 1,024 references");
  read_references(in, n, static_cast<unsigned>(count));
}

}  // namespace

stored_node decode_node(std::string_view bytes) {
  byte_reader in(bytes, "a stored node");
  stored_node n;
  const auto tag = static_cast<unsigned>(in.number(1));
  n.tag = static_cast<node_tag>(tag);
  switch (n.tag) {
    case node_tag::scalar:
      n.values.push_back(read_value(in));
      in.require(!n.values[0].is_reference(), "a root that is a node needs no other");
      break;
    case node_tag::branch:
      read_branch(in, n);
      break;
    case node_tag::collision:
      read_collision(in, n);
      break;
    case node_tag::leaf:
      read_leaf(in, n);
      break;
    case node_tag::inner:
      read_inner(in, n);
      break;
    case node_tag::spine:
      read_spine(in, n);
      break;
    case node_tag::string:
    case node_tag::bytes:
      n.text = in.take(in.left());
      in.require(n.text.size() > text_in_parent, "a short text is not a node of its own");
      (void)in.text(n.text, n.tag == node_tag::string);
      break;
    case node_tag::chunk:
      n.text = in.take(in.left());
      in.require(!n.text.empty() && n.text.size() <= blob_chunk_bytes,
                 "a chunk has 1 to 65,536 bytes");
      break;
    case node_tag::blob:
      read_blob(in, n);
      break;
    default:
      if (tag >= 0x20)
        refuse(errc::unknown_version, "a stored node is of version " + std::to_string(tag >> 4) +
                                          "; this Theus knows version 1");
      in.corrupt("its first byte is no node's");
  }
  in.require_end();
  return n;
}

}  // namespace theus::tree
