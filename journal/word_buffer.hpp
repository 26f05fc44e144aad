#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

namespace theus::journal {

// Zeroed 8-byte words for one message: on the stack for most records, on the heap for large ones.
class word_buffer {
 public:
  explicit word_buffer(std::size_t words) : size_(words) {
    if (words > small_.size()) large_ = std::make_unique_for_overwrite<std::uint64_t[]>(words);
    std::memset(data(), 0, words * sizeof(std::uint64_t));
  }
  word_buffer(const word_buffer&) = delete;
  word_buffer& operator=(const word_buffer&) = delete;

  std::uint64_t* data() { return large_ ? large_.get() : small_.data(); }
  std::span<std::uint8_t> bytes() {
    return {reinterpret_cast<std::uint8_t*>(data()), size_ * sizeof(std::uint64_t)};
  }

 private:
  std::size_t size_;
  std::array<std::uint64_t, 256> small_;
  std::unique_ptr<std::uint64_t[]> large_;
};

}  // namespace theus::journal
