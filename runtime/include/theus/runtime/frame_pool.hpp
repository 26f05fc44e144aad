#pragma once

#include <array>
#include <cstddef>

namespace theus {

// Memory for the frames of one machine's coroutines: what a finished one gives back the next of
// about its size takes, so a run that enters workflow after workflow asks the heap for nothing
// more. Keeps what was ever in use at once until it is destroyed. Frames over 4 KiB come from the
// heap each time; under AddressSanitizer all do, so that it sees who uses a frame too late.
// Thread: one at a time. Outlives its frames.
class frame_pool {
 public:
  frame_pool() = default;
  ~frame_pool();
  frame_pool(const frame_pool&) = delete;
  frame_pool& operator=(const frame_pool&) = delete;

  // Aligned as operator new does. Throws std::bad_alloc.
  void* take(std::size_t bytes);
  // For a frame of nobody's pool.
  static void* take_from_heap(std::size_t bytes);
  // To where it came from.
  static void give_back(void* frame) noexcept;

  // Blocks that this pool had to ask the heap for.
  std::size_t blocks() const { return blocks_; }
  // False under AddressSanitizer.
  static bool keeps_frames();

 private:
  struct alignas(std::max_align_t) block {
    frame_pool* from = nullptr;  // null: the heap
    std::size_t place = 0;       // in free_
    block* next = nullptr;
  };
  static constexpr std::size_t step_bytes = 64;
  static constexpr std::size_t largest_bytes = 4096;

  std::array<block*, largest_bytes / step_bytes> free_{};
  std::size_t blocks_ = 0;
};

}  // namespace theus
