#include "theus/runtime/frame_pool.hpp"

#include <cstdint>
#include <new>

#include "surroundings.hpp"

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

frame_pool::frame_pool() {
  const auto habit = surroundings::frames();
  fills_ = habit.fills;
  fill_ = habit.fill;
  offset_bytes_ = habit.offset_bytes;
}

frame_pool::~frame_pool() {
  for (block* each : free_) {
    while (each != nullptr) {
      block* const next = each->next;
      ::operator delete(each->begin);
      each = next;
    }
  }
}

bool frame_pool::keeps_frames() { return pools; }

frame_pool::block* frame_pool::make_block(std::size_t frame_bytes) const {
  constexpr std::size_t step = surroundings::offset_steps_bytes;
  const std::size_t bytes = frame_bytes + sizeof(block);
  char* const begin = static_cast<char*>(::operator new(fills_ ? bytes + step : bytes));
  char* place = begin;
  if (fills_) {
    const auto frame = reinterpret_cast<std::uintptr_t>(begin + sizeof(block));
    place += (offset_bytes_ - frame) % step;
  }
  block* const made = ::new (place) block();
  made->begin = begin;
  return made;
}

void* frame_pool::take(std::size_t bytes) {
  const std::size_t all = bytes + sizeof(block);
  block* found = nullptr;
  if (!pools || all > largest_bytes) {
    found = make_block(bytes);
  } else {
    const std::size_t place = (all - 1) / step_bytes;
    found = free_[place];
    if (found != nullptr) {
      free_[place] = found->next;
    } else {
      ++blocks_;
      found = make_block((place + 1) * step_bytes - sizeof(block));
      found->place = static_cast<std::uint32_t>(place);
    }
  }
  found->from = this;
  if (fills_) {
    found->frame_bytes = static_cast<std::uint32_t>(bytes);
    fill_memory(found + 1, bytes, fill_);
  }
  return found + 1;
}

void* frame_pool::take_from_heap(std::size_t bytes) {
  block* const made = ::new (::operator new(bytes + sizeof(block))) block();
  made->begin = made;
  return made + 1;
}

void frame_pool::give_back(void* frame) noexcept {
  block* const b = static_cast<block*>(frame) - 1;
  if (b->frame_bytes != 0) fill_memory(frame, b->frame_bytes, b->from->fill_);
  if (b->place == on_heap) {
    ::operator delete(b->begin);
    return;
  }
  b->next = b->from->free_[b->place];
  b->from->free_[b->place] = b;
}

}  // namespace theus
