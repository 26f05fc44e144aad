#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <theus/journal/errc.hpp>
#include <theus/value/value.hpp>

namespace theus {

// Where a value stands in a tree: the keys of maps and the indexes of lists on the way to it.
// Typed: an index names no key and a key no index, except where the path was read from text, in
// which "3" may be either.
class path {
 public:
  struct step {
    enum class kind { key, index, either };
    kind is = kind::key;
    std::string key;        // also of an index, in decimal
    std::size_t index = 0;  // of an index, and of what may be one

    friend bool operator==(const step& a, const step& b) noexcept { return a.key == b.key; }
  };

  path() = default;  // the tree itself

  // RFC 6901: "", "/order/lines/3", "/a~1b" for the key "a/b". "-" may be the element behind a
  // list's last. Errors: errc::bad_input.
  static result<path> parse(std::string_view json_pointer);

  path& operator/=(std::string_view key);
  path& operator/=(const char* key) { return *this /= std::string_view(key); }
  template <tree::number Index>
  path& operator/=(Index index) {
    if (!std::in_range<std::size_t>(index)) refuse_index();
    return append_index(static_cast<std::size_t>(index));
  }
  template <class Step>
  friend path operator/(path p, const Step& step) {
    p /= step;
    return p;
  }

  const std::vector<step>& steps() const noexcept { return steps_; }
  bool empty() const noexcept { return steps_.empty(); }
  void append(step s) { steps_.push_back(std::move(s)); }
  void pop() { steps_.pop_back(); }

  // As a JSON Pointer; of the first `steps` of it.
  std::string to_string() const { return to_string(steps_.size()); }
  std::string to_string(std::size_t steps) const;

  friend bool operator==(const path&, const path&) = default;

 private:
  path& append_index(std::size_t index);
  [[noreturn]] static void refuse_index();

  std::vector<step> steps_;
};

}  // namespace theus
