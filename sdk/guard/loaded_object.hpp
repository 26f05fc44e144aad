#pragma once

#include <cstdint>

struct dl_phdr_info;

namespace theus::guard {

// What is loaded into the process in one piece: the program or a shared object.
class loaded_object {
 public:
  // Empty, as long as nothing is known of it.
  constexpr loaded_object() = default;
  // The one that holds the address; empty if none does.
  static loaded_object of(const void* address) noexcept;
  static loaded_object program() noexcept;

  bool holds(const void* address) const noexcept {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    return at >= begin_ && at < end_;
  }

 private:
  explicit loaded_object(const dl_phdr_info& object) noexcept;

  std::uintptr_t begin_ = 0;
  std::uintptr_t end_ = 0;
};

// The object that malloc() is found in, unless that is libc, the program or Theus: those call
// nothing that is watched, or are what is watched.
loaded_object replaced_allocator() noexcept;

}  // namespace theus::guard
