#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace theus {

// Memory for the frames of one machine's coroutines: what a finished one gives back the next of
// about its size takes, so a run that enters workflow after workflow asks the heap for nothing
// more. Keeps what was ever in use at once until it is destroyed. Frames over 4 KiB come from the
// heap each time; under AddressSanitizer all do, so that it sees who uses a frame too late.
// One that is made while paranoid mode has prepared the thread fills frames before and after they
// are used, and places them, as the mode wants it.
// Thread: one at a time. Outlives its frames.
class frame_pool {
 public:
  frame_pool();
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
  static constexpr std::uint32_t on_heap = ~std::uint32_t{0};
  struct alignas(std::max_align_t) block {
    frame_pool* from = nullptr;  // null: nobody's
    void* begin = nullptr;       // of the memory that this and the frame are in
    block* next = nullptr;
    std::uint32_t place = on_heap;  // or in free_
    std::uint32_t frame_bytes = 0;  // to be filled when it is given back; 0: not
  };
  static constexpr std::size_t step_bytes = 64;
  static constexpr std::size_t largest_bytes = 4096;

  // With room for a frame of so many bytes at the pool's offset.
  block* make_block(std::size_t frame_bytes) const;

  std::array<block*, largest_bytes / step_bytes> free_{};
  std::size_t blocks_ = 0;
  bool fills_;
  std::uint8_t fill_;
  std::uint8_t offset_bytes_;
};

}  // namespace theus
