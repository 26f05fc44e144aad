#include "decode.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include "key_hash.hpp"
#include "list_node.hpp"
#include "map_node.hpp"
#include "refuse.hpp"
#include "text_node.hpp"

namespace theus::tree {
namespace {

[[noreturn]] void corrupt(const char* why) {
  refuse(errc::corrupt, std::string("a stored node is not one: ") + why);
}

void require(bool holds, const char* otherwise) {
  if (!holds) corrupt(otherwise);
}

class reader {
 public:
  explicit reader(std::string_view bytes) : left_(bytes) {}

  std::size_t left() const { return left_.size(); }

  std::string_view take(std::size_t count) {
    require(count <= left_.size(), "it ends too early");
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }

  std::uint64_t number(unsigned bytes) {
    std::uint64_t n = 0;
    const std::string_view taken = take(bytes);
    for (unsigned i = 0; i < bytes; ++i)
      n |= std::uint64_t{static_cast<unsigned char>(taken[i])} << (8 * i);
    return n;
  }

  std::uint64_t length() {
    std::uint64_t n = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      const std::uint64_t byte = number(1);
      n |= (byte & 0x7F) << shift;
      if (byte < 0x80) {
        require(byte != 0 || shift == 0, "a length has more bytes than it needs");
        return n;
      }
    }
    corrupt("a length is too large");
  }

  journal::hash256 reference() {
    journal::hash256 hash;
    std::memcpy(hash.bytes.data(), take(reference_bytes).data(), reference_bytes);
    return hash;
  }

 private:
  std::string_view left_;
};

std::string_view read_short_text(reader& in) {
  const std::uint64_t length = in.length();
  require(length <= text_in_parent, "a long text is not a node of its own");
  return in.take(length);
}

value text_value(std::string_view text, bool is_string) {
  if (!is_string) return std::as_bytes(std::span(text));
  try {
    return text;
  } catch (const error_exception& e) {
    if (e.code() == errc::bad_input) corrupt("a string is not UTF-8");
    throw;
  }
}

stored_value read_value(reader& in) {
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
    case value_tag::real: {
      const std::uint64_t bits = in.number(8);
      v.inline_value = std::bit_cast<double>(bits);
      require(!std::isnan(std::bit_cast<double>(bits)) || bits == 0x7FF8'0000'0000'0000,
              "a NaN is not the one there is");
      return v;
    }
    case value_tag::string:
    case value_tag::bytes:
      v.inline_value = text_value(read_short_text(in), v.tag == value_tag::string);
      return v;
    case value_tag::empty_list:
      v.inline_value = list();
      return v;
    case value_tag::empty_map:
      v.inline_value = map();
      return v;
    case value_tag::long_string:
    case value_tag::long_bytes:
    case value_tag::list:
    case value_tag::map:
      v.reference = in.reference();
      return v;
  }
  corrupt("a value is of no known kind");
}

stored_entry read_entry(reader& in) {
  stored_entry e;
  const std::uint64_t length = in.length();
  require(length <= value_limits::key_bytes, "a key is too long");
  e.key = in.take(length);
  (void)text_value(e.key, true);
  e.hash = key_hash(e.key);
  e.item = read_value(in);
  return e;
}

void read_references(reader& in, stored_node& n, unsigned count) {
  require(in.left() == count * reference_bytes, "it has not as many references as it says");
  for (unsigned i = 0; i < count; ++i) n.references.push_back(in.reference());
}

void read_branch(reader& in, stored_node& n) {
  n.level = static_cast<unsigned>(in.number(1));
  require(n.level < collision_level, "a level is beyond the last");
  n.entry_bits = static_cast<std::uint32_t>(in.number(4));
  n.child_bits = static_cast<std::uint32_t>(in.number(4));
  require((n.entry_bits & n.child_bits) == 0, "a slot has an entry and a child");
  const std::uint32_t slots = n.level == collision_level - 1 ? 0xFFFF : 0xFFFF'FFFF;
  require(((n.entry_bits | n.child_bits) & ~slots) == 0, "a slot is beyond the last");
  const unsigned entries = static_cast<unsigned>(std::popcount(n.entry_bits));
  const unsigned children = static_cast<unsigned>(std::popcount(n.child_bits));
  require(entries + 2 * children > (n.level == 0 ? 0u : 1u), "it should be part of its parent");
  std::uint32_t bits = n.entry_bits;
  for (unsigned i = 0; i < entries; ++i, bits &= bits - 1) {
    n.entries.push_back(read_entry(in));
    const std::uint64_t hash = n.entries.back().hash;
    require(slot_of(hash, n.level) == static_cast<unsigned>(std::countr_zero(bits)),
            "a key is in another's slot");
    require(same_path(hash, n.entries.front().hash, n.level), "keys are of different branches");
  }
  read_references(in, n, children);
}

void read_collision(reader& in, stored_node& n) {
  n.level = collision_level;
  const auto count = static_cast<unsigned>(in.number(2));
  require(count >= 2, "a collision needs two");
  for (unsigned i = 0; i < count; ++i) {
    n.entries.push_back(read_entry(in));
    if (i == 0) continue;
    require(n.entries[i].hash == n.entries[0].hash, "keys do not collide");
    require(n.entries[i - 1].key < n.entries[i].key, "colliding keys are not sorted");
  }
}

void read_leaf(reader& in, stored_node& n) {
  n.size = in.number(1);
  require(n.size >= 1 && n.size <= list_width, "a leaf has 1 to 32 values");
  for (std::uint64_t i = 0; i < n.size; ++i) n.values.push_back(read_value(in));
}

void read_inner(reader& in, stored_node& n) {
  n.level = static_cast<unsigned>(in.number(1));
  require(n.level >= 1 && n.level <= 6, "a level is beyond the last");
  const auto count = static_cast<unsigned>(in.number(1));
  require(count >= 1 && count <= list_width, "an inner node has 1 to 32 children");
  read_references(in, n, count);
}

void read_spine(reader& in, stored_node& n) {
  n.size = in.length();
  require(n.size > list_width, "a short list needs no spine");
  if (n.size > value_limits::entries)
    refuse_limit("elements of a list", n.size, value_limits::entries);
  read_references(in, n, 2);
}

}  // namespace

stored_node decode_node(std::string_view bytes) {
  reader in(bytes);
  stored_node n;
  const auto tag = static_cast<unsigned>(in.number(1));
  n.tag = static_cast<node_tag>(tag);
  switch (n.tag) {
    case node_tag::scalar:
      n.values.push_back(read_value(in));
      require(!n.values[0].is_reference(), "a root that is a node needs no other");
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
      require(n.text.size() > text_in_parent, "a short text is not a node of its own");
      (void)text_value(n.text, n.tag == node_tag::string);
      break;
    default:
      if (tag >= 0x20)
        refuse(errc::unknown_version, "a stored node is of version " + std::to_string(tag >> 4) +
                                          "; this Theus knows version 1");
      corrupt("its first byte is no node's");
  }
  require(in.left() == 0, "there are bytes behind its end");
  return n;
}

}  // namespace theus::tree
