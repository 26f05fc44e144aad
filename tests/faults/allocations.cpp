#include "faults/allocations.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace theus::faults {
namespace {

std::atomic<std::uint64_t> made{0};
std::atomic<std::uint64_t> doomed{0};

void* allocate(std::size_t bytes, std::size_t alignment) {
  const std::uint64_t nth = 1 + made.fetch_add(1, std::memory_order_relaxed);
  if (nth == doomed.load(std::memory_order_relaxed)) throw std::bad_alloc();
  void* const at = alignment <= alignof(std::max_align_t)
                       ? std::malloc(bytes == 0 ? 1 : bytes)
                       : std::aligned_alloc(alignment, (bytes + alignment - 1) & ~(alignment - 1));
  if (at == nullptr) throw std::bad_alloc();
  return at;
}

}  // namespace

void fail_allocation(std::uint64_t nth) {
  made = 0;
  doomed = nth;
}
void fail_allocation_from_environment() {
  const char* asked = std::getenv("THEUS_FAIL_ALLOCATION");
  fail_allocation(asked ? std::strtoull(asked, nullptr, 10) : 0);
}
std::uint64_t allocations() { return made; }

}  // namespace theus::faults

void* operator new(std::size_t bytes) { return theus::faults::allocate(bytes, 0); }
void* operator new[](std::size_t bytes) { return theus::faults::allocate(bytes, 0); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return theus::faults::allocate(bytes, std::size_t(alignment));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return theus::faults::allocate(bytes, std::size_t(alignment));
}
void operator delete(void* at) noexcept { std::free(at); }
void operator delete[](void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }
void operator delete[](void* at, std::size_t) noexcept { std::free(at); }
void operator delete(void* at, std::align_val_t) noexcept { std::free(at); }
void operator delete[](void* at, std::align_val_t) noexcept { std::free(at); }
void operator delete(void* at, std::size_t, std::align_val_t) noexcept { std::free(at); }
void operator delete[](void* at, std::size_t, std::align_val_t) noexcept { std::free(at); }
