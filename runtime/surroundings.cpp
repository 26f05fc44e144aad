#include "surroundings.hpp"

#include <alloca.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <functional>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define THEUS_HEAP_IS_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define THEUS_HEAP_IS_WATCHED 1
#endif
#endif

#if defined(__clang__)
#define THEUS_UNWATCHED __attribute__((noinline, no_sanitize("address", "thread", "undefined")))
#else
#define THEUS_UNWATCHED \
  __attribute__((noinline, no_sanitize_address, no_sanitize_thread, no_sanitize_undefined))
#endif

namespace theus {
namespace {

// As a number, a truth or a size they mean different things; neither is an address.
constexpr std::uint8_t fills[] = {0x00, 0x5B};
// Differ modulo 32, as objects aligned for anything can at most.
constexpr std::uint8_t offsets_bytes[] = {0, 48};

thread_local surroundings::frame_habit habit;
thread_local bool second = false;

#ifdef THEUS_HEAP_IS_WATCHED
constexpr bool owns_heap = false;
#else
constexpr bool owns_heap = true;
#endif

// glibc fills what it gives with the complement of this, and what it takes back with this itself;
// 0 is neither. It leaves out the small chunks that it keeps for each thread.
void fill_large_memory(int with) {
  if (owns_heap) ::mallopt(M_PERTURB, with);
}

// Takes chunks of each small size and gives them back, so that what is asked for next gets them in
// the order wanted: glibc keeps seven of a size for the thread, last in, first out, and behind them
// those that it keeps for all in the same way.
void arrange_heap(std::uint8_t fill, bool ascending) {
  constexpr std::size_t smallest_bytes = 24;
  constexpr std::size_t largest_bytes = 512;
  constexpr std::size_t step_bytes = 16;
  constexpr std::size_t kept_for_thread = 7;
  std::array<void*, 16> chunks;
  for (std::size_t bytes = smallest_bytes; bytes <= largest_bytes; bytes += step_bytes) {
    for (void*& each : chunks) {
      each = std::malloc(bytes);
      if (each) fill_memory(each, bytes, fill);
    }
    if (ascending) {
      std::sort(chunks.begin(), chunks.end(), std::less<>());
    } else {
      std::sort(chunks.begin(), chunks.end(), std::greater<>());
    }
    std::reverse(chunks.begin(), chunks.begin() + kept_for_thread);
    std::reverse(chunks.begin() + kept_for_thread, chunks.end());
    for (void* each : chunks) std::free(each);
  }
}

// The sanitizers' marks on the stack belong to frames that are gone.
THEUS_UNWATCHED void fill_stack(std::uint8_t with) {
  constexpr std::size_t bytes = 48 * 1024;
  volatile std::uint64_t below[bytes / sizeof(std::uint64_t)];
  const std::uint64_t eight = with * 0x0101010101010101u;
  for (volatile std::uint64_t& each : below) each = eight;
}

// With the stack pointer at this distance from a multiple of 64.
THEUS_UNWATCHED void call_at(std::size_t offset_bytes, const std::function<void()>& f) {
  const auto here = reinterpret_cast<std::uintptr_t>(alloca(16));
  void* const skipped = alloca((here - offset_bytes) % surroundings::offset_steps_bytes + 16);
  asm volatile("" : : "r"(skipped) : "memory");
  f();
  asm volatile("" : : "r"(skipped) : "memory");
}

}  // namespace

void fill_memory(void* begin, std::size_t bytes, std::uint8_t with) noexcept {
  std::memset(begin, with, bytes);
  asm volatile("" : : "r"(begin) : "memory");
}

surroundings::surroundings(kind wanted) : kind_(wanted), before_(habit), were_second_(second) {
  const auto place = static_cast<std::size_t>(wanted);
  habit = {true, fills[place], offsets_bytes[place]};
  second = wanted == kind::second;
  fill_large_memory(fills[place] ^ 0xFF);
}

surroundings::~surroundings() {
  habit = before_;
  second = were_second_;
  fill_large_memory(0);
}

void surroundings::call(const std::function<void()>& f) const {
  const auto place = static_cast<std::size_t>(kind_);
  if (owns_heap) arrange_heap(fills[place], kind_ == kind::first);
  fill_stack(fills[place]);
  call_at(offsets_bytes[place], f);
}

surroundings::frame_habit surroundings::frames() noexcept { return habit; }

bool surroundings::are_second() noexcept { return second; }

}  // namespace theus
