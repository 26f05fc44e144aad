#pragma once

#include <cstdint>
#include <functional>

namespace theus {

// What the code of a workflow finds around it and must not depend on: what lies in memory that
// nobody wrote, which addresses come and in which order, how unordered containers are ordered.
// Paranoid mode makes every turn in both kinds and compares. They are the calling thread's, from
// the constructor to the destructor; only what large memory from the C library's heap is filled
// with is the process's, so while two threads do this it may be either's.
//
// Under AddressSanitizer and ThreadSanitizer the heap is theirs and stays as it is.
class surroundings {
 public:
  enum class kind { first, second };

  explicit surroundings(kind wanted);
  ~surroundings();
  surroundings(const surroundings&) = delete;
  surroundings& operator=(const surroundings&) = delete;

  // Calls `f` with the free memory of the heap and of the stack below prepared: memory of up to 512
  // bytes comes in order of ascending addresses in the first kind, of descending ones in the
  // second.
  void call(const std::function<void()>& f) const;

  // ---- for those who give memory and order on this thread

  // What frames are filled with, and the distance of their addresses from a multiple of 64.
  // `fills` is false when nothing is in effect.
  struct frame_habit {
    bool fills = false;
    std::uint8_t fill = 0;
    std::uint8_t offset_bytes = 0;
  };
  static frame_habit frames() noexcept;
  static constexpr std::size_t offset_steps_bytes = 64;
  // The second kind is in effect.
  static bool are_second() noexcept;

 private:
  kind kind_;
  frame_habit before_;
  bool were_second_;
};

// Writes all of it, also where the compiler knows that nobody will read it.
void fill_memory(void* begin, std::size_t bytes, std::uint8_t with) noexcept;

}  // namespace theus
