#include "theus/runtime/frame_pool.hpp"

#include <new>

namespace theus {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool pools = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool pools = false;
#else
constexpr bool pools = true;
#endif
#else
constexpr bool pools = true;
#endif

}  // namespace

frame_pool::~frame_pool() {
  for (block* each : free_) {
    while (each != nullptr) {
      block* const next = each->next;
      ::operator delete(each);
      each = next;
    }
  }
}

bool frame_pool::keeps_frames() { return pools; }

void* frame_pool::take(std::size_t bytes) {
  const std::size_t all = bytes + sizeof(block);
  if (!pools || all > largest_bytes) return take_from_heap(bytes);
  const std::size_t place = (all - 1) / step_bytes;
  block* found = free_[place];
  if (found != nullptr) {
    free_[place] = found->next;
  } else {
    ++blocks_;
    found = ::new (::operator new((place + 1) * step_bytes)) block{this, place};
  }
  return found + 1;
}

void* frame_pool::take_from_heap(std::size_t bytes) {
  return ::new (::operator new(bytes + sizeof(block))) block{} + 1;
}

void frame_pool::give_back(void* frame) noexcept {
  block* const b = static_cast<block*>(frame) - 1;
  if (b->from == nullptr) {
    ::operator delete(b);
    return;
  }
  b->next = b->from->free_[b->place];
  b->from->free_[b->place] = b;
}

}  // namespace theus
