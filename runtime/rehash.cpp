// What decides when an unordered container of libstdc++ gets more buckets, in place of the
// library's: in the second surroundings it also gets them without need, and that turns its order
// round. Weak, so that a program that links libstdc++ statically keeps the library's.
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <unordered_map>
#include <utility>

#include "surroundings.hpp"

#ifdef __GLIBCXX__

namespace {

using policy = std::__detail::_Prime_rehash_policy;
using answer = std::pair<bool, std::size_t>;

using function = answer (*)(const policy*, std::size_t, std::size_t, std::size_t);

// Every unordered container of the process asks, so there is no lock in the way.
constinit std::atomic<function> library{nullptr};

answer ask_library(const policy& p, std::size_t buckets, std::size_t size, std::size_t more) {
  function asked = library.load(std::memory_order_relaxed);
  if (asked == nullptr) [[unlikely]] {
    asked = reinterpret_cast<function>(
        ::dlsym(RTLD_NEXT, "_ZNKSt8__detail20_Prime_rehash_policy14_M_need_rehashEmmm"));
    library.store(asked, std::memory_order_relaxed);
  }
  return asked(&p, buckets, size, more);
}

}  // namespace

__attribute__((weak)) answer policy::_M_need_rehash(std::size_t buckets, std::size_t size,
                                                    std::size_t more) const {
  // Beyond, a container that shrinks and grows around such a size would cost too much, or take more
  // memory each time.
  constexpr std::size_t largest = 1'024;
  constexpr std::size_t most_buckets_for_each = 16;
  constexpr std::size_t few_buckets = 256;
  const answer needed = ask_library(*this, buckets, size, more);
  const bool is_turn = size >= 2 && size <= largest && std::has_single_bit(size) &&
                       buckets <= std::max(most_buckets_for_each * size, few_buckets);
  if (needed.first || !is_turn || !theus::surroundings::are_second()) return needed;
  return {true, _M_next_bkt(buckets + 1)};
}

#endif
