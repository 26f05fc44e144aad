#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace theus {

// Raw bytes as a payload: written as base64 text (RFC 4648 section 4, with padding).
// It has constructors because g++ 12 frees an aggregate temporary beside a co_await twice.
class bytes {
 public:
  bytes() = default;
  explicit bytes(std::vector<std::byte> content) : content_(std::move(content)) {}
  explicit bytes(std::string_view content);

  const std::vector<std::byte>& content() const noexcept { return content_; }
  std::vector<std::byte>& content() noexcept { return content_; }
  std::size_t size() const noexcept { return content_.size(); }

  friend bool operator==(const bytes&, const bytes&) = default;

 private:
  std::vector<std::byte> content_;
};

std::string to_base64(const bytes& value);
// False when `text` is not canonical base64: other characters, missing padding, or stray bits in
// the last group. `into` is then unspecified.
bool from_base64(std::string_view text, bytes& into);

}  // namespace theus
