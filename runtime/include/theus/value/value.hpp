#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <theus/journal/ids.hpp>
#include <theus/value/blob.hpp>
#include <theus/value/limits.hpp>
#include <theus/value/list.hpp>
#include <theus/value/map.hpp>
#include <theus/value/node.hpp>

namespace theus {

enum class value_kind : std::uint8_t {
  null,
  boolean,
  integer,
  real,
  string,
  bytes,
  list,
  map,
  blob
};

const char* name(value_kind kind);  // "null", "boolean", …

namespace tree {

template <class T>
concept number = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                 !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                 !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

}  // namespace tree

// What a workflow's state is made of: null, a boolean, an integer of 64 bits, a double, a string
// (UTF-8), bytes, a list, a map or a reference to a blob. 16 bytes, immutable, copied in O(1);
// strings and bytes of up to 14 bytes lie inside. It can hold no pointer, handle or socket.
//
// Values are equal when they are the same: 1 is not 1.0, 0.0 is not -0.0, and NaN, of which there
// is one only, equals itself. Equal values have equal roots.
//
// Thread: copies may be used by different threads, one value object by one at a time; reading one
// object from several is safe.
// Errors: error_exception with errc::wrong_type, errc::limit_exceeded or errc::bad_input.
class value {
 public:
  value() noexcept : tag_(tag::null), size_(0), text_{}, integer_(0) {}
  value(std::nullptr_t) noexcept : value() {}
  template <std::same_as<bool> Bool>
  value(Bool v) noexcept : tag_(tag::boolean), size_(0), text_{}, integer_(v) {}
  template <tree::number Integer>
  value(Integer v) : tag_(tag::integer), size_(0), text_{}, integer_(fitting(v)) {}
  value(double v) noexcept;
  value(std::string_view v) : value(tag::short_string, v) {}  // refuses what is not UTF-8
  value(const std::string& v) : value(std::string_view(v)) {}
  value(const char* v) : value(std::string_view(v)) {}
  value(theus::list v) noexcept : tag_(tag::list), size_(0), text_{}, list_(std::move(v)) {}
  value(theus::map v) noexcept : tag_(tag::map), size_(0), text_{}, map_(std::move(v)) {}
  value(std::span<const std::byte> v)
      : value(tag::short_bytes, {reinterpret_cast<const char*>(v.data()), v.size()}) {}
  value(const theus::blob& v);  // refuses what fault_of() does
  template <class Pointer>
    requires(!std::same_as<Pointer, char>)
  value(const Pointer*) = delete;  // not a boolean, nor anything that could be kept

  value(const value& other) noexcept {
    copy_bits(other);
    if (tree::node* const n = held()) tree::retain(n);
  }
  value(value&& other) noexcept {
    copy_bits(other);
    other.forget();
  }
  value& operator=(const value& other) noexcept { return *this = value(other); }
  value& operator=(value&& other) noexcept {
    if (this == &other) return *this;
    tree::node* const mine = held();
    copy_bits(other);
    other.forget();
    if (mine != nullptr) tree::release(mine);
    return *this;
  }
  ~value() {
    if (tree::node* const n = held()) tree::release(n);
  }

  value_kind kind() const noexcept {
    constexpr value_kind kinds[] = {value_kind::null,   value_kind::boolean, value_kind::integer,
                                    value_kind::real,   value_kind::string,  value_kind::bytes,
                                    value_kind::string, value_kind::bytes,   value_kind::blob,
                                    value_kind::list,   value_kind::map};
    return kinds[static_cast<std::size_t>(tag_)];
  }
  bool is_null() const noexcept { return tag_ == tag::null; }
  bool is_map() const noexcept { return tag_ == tag::map; }
  bool is_list() const noexcept { return tag_ == tag::list; }
  bool is_blob() const noexcept { return tag_ == tag::blob; }

  // Each throws errc::wrong_type unless it is what the name says. What they refer to is valid until
  // this value is assigned to or gone.
  bool as_boolean() const;
  std::int64_t as_integer() const;
  double as_real() const;
  std::string_view as_string() const;
  std::span<const std::byte> as_bytes() const;
  const theus::list& as_list() const;
  const theus::map& as_map() const;
  theus::blob as_blob() const;

  // To change the container itself, in place as far as no copy shares it.
  theus::list& edit_list();
  theus::map& edit_map();

  // Maps and lists nested in this value, itself included: 0 for a scalar.
  unsigned depth() const noexcept;

  // The hash of all that it holds: SHA-256 over the canonical encoding of docs/context-tree.md.
  // Computed once per node and kept there. Thread: any, also at once.
  journal::hash256 root() const;

  friend bool operator==(const value& a, const value& b) noexcept;

 private:
  friend struct tree::access;

  // The order matters: what may hold a node comes last.
  enum class tag : std::uint8_t {
    null,
    boolean,
    integer,
    real,
    short_string,
    short_bytes,
    long_string,
    long_bytes,
    blob,
    list,
    map
  };

  value(tag short_tag, std::string_view content);
  static std::int64_t fitting(std::integral auto v) {
    if (!std::in_range<std::int64_t>(v)) refuse_unsigned();
    return static_cast<std::int64_t>(v);
  }
  [[noreturn]] static void refuse_unsigned();
  [[noreturn]] void refuse_kind(value_kind wanted) const;

  // A value moves in memory as its bytes do: what it owns is one pointer.
  void copy_bits(const value& other) noexcept {
    std::memcpy(static_cast<void*>(this), static_cast<const void*>(&other), sizeof *this);
  }
  void forget() noexcept {
    tag_ = tag::null;
    size_ = 0;
    std::memset(text_, 0, sizeof text_);
    integer_ = 0;
  }
  tree::node* held() const noexcept {
    if (tag_ < tag::long_string) return nullptr;
    tree::node* n;
    std::memcpy(&n, reinterpret_cast<const char*>(this) + 8, sizeof n);
    return n;
  }
  std::string_view content() const noexcept;

  static constexpr std::size_t short_bytes = 14;

  tag tag_;
  std::uint8_t size_;  // of a short string
  char text_[6];       // its first bytes; the others lie in the union, what is unused is zero
  union {
    std::int64_t integer_;  // also a boolean
    double real_;
    tree::handle text_node_;
    theus::list list_;
    theus::map map_;
  };
};
static_assert(sizeof(value) == 16);

}  // namespace theus
