#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <mutex>
#include <ranges>
#include <string_view>
#include <type_traits>
#include <utility>

#include <theus/runtime/uuid.hpp>

// Randomness a run can repeat. Every algorithm below is part of the format (rule 8): under one
// semantics number it never changes. Nothing here uses a std distribution or a libm function,
// whose results differ between libraries. Not thread-safe: one owner per object.
namespace theus {

struct random_seed {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const random_seed&, const random_seed&) = default;
};

// xoshiro256++ 1.0 (Blackman and Vigna, https://prng.di.unimi.it/xoshiro256plusplus.c).
class xoshiro256pp {
 public:
  // `state` must not be all zero.
  explicit xoshiro256pp(std::array<std::uint64_t, 4> state) : state_(state) {}
  std::uint64_t next() noexcept;

 private:
  std::array<std::uint64_t, 4> state_;
};

// The random numbers of one scope of a run (rule 18). The state of the generator is the SHA-256 of
//   "theus.random.1" 0x00, seed.high, seed.low (8 bytes each, big-endian), the scope path
// cut into four 64-bit words, big-endian, first word first (all zero: the first becomes 1).
// So streams of different scopes or runs have nothing to do with each other, and a draw added in
// one scope shifts no other.
class random_stream {
 public:
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  random_stream(random_seed seed, std::string_view scope_path);

  // One draw: 64 bits. Everything else is made of draws, and says how many it takes.
  std::uint64_t operator()() noexcept {
    ++draws_;
    return generator_.next();
  }
  std::uint64_t draws() const noexcept { return draws_; }
  // Takes `count` draws; about a nanosecond each.
  void discard(std::uint64_t count) noexcept;

  // An integer in [lowest, highest], each as likely. Lemire's multiply-and-reject
  // (arXiv:1805.10941) over the 64-bit range highest - lowest + 1: one draw, rarely more; the same
  // draws whatever the integer type. Throws std::invalid_argument when lowest > highest.
  template <std::integral Integer>
    requires(!std::same_as<Integer, bool> && sizeof(Integer) <= sizeof(std::uint64_t))
  Integer uniform(Integer lowest, std::type_identity_t<Integer> highest) {
    if (highest < lowest) refuse("uniform: lowest is greater than highest");
    const auto start = static_cast<std::uint64_t>(lowest);
    const auto last_offset = static_cast<std::uint64_t>(highest) - start;
    return static_cast<Integer>(start + offset(last_offset));
  }

  // A multiple of 2^-53 in [0, 1): the upper 53 bits of one draw.
  double real() noexcept { return static_cast<double>((*this)() >> 11) * 0x1p-53; }

  // True with the given probability: real() < probability. One draw, also for 0 and 1.
  // Throws std::invalid_argument outside [0, 1].
  bool bernoulli(double probability);

  // Exponentially distributed by von Neumann's comparisons (1951), which need no logarithm:
  // (rounds + first) * mean, where a round draws reals until one is not less than the one before
  // it and counts when their number before that is odd; `first` is the first real of that round.
  // 4.3 draws on average. Throws std::invalid_argument unless mean is finite and not negative.
  double exponential(double mean);

  // Fisher-Yates from the end: for i from size-1 down to 1, element i is swapped with
  // element uniform(0, i).
  template <std::ranges::random_access_range Range>
  void shuffle(Range&& range) {
    const auto first = std::ranges::begin(range);
    using difference = std::iter_difference_t<decltype(first)>;
    for (auto i = static_cast<std::uint64_t>(std::ranges::size(range)); i > 1;) {
      --i;
      std::ranges::iter_swap(first + static_cast<difference>(i),
                             first + static_cast<difference>(offset(i)));
    }
  }

  // A version 4 UUID from two draws, the first for its first half.
  theus::uuid uuid() noexcept;

 private:
  // In [0, last].
  std::uint64_t offset(std::uint64_t last) noexcept;
  [[noreturn]] static void refuse(const char* sentence);

  xoshiro256pp generator_;
  std::uint64_t draws_ = 0;
};

// Where fresh ids, seeds and retry jitter come from; given to whoever needs it by its constructor.
class entropy {
 public:
  entropy() = default;
  entropy(const entropy&) = delete;
  entropy& operator=(const entropy&) = delete;
  virtual ~entropy() = default;

  virtual std::uint64_t next() = 0;  // 64 bits

  random_seed seed();  // two draws: high, low
  theus::uuid uuid();  // two draws, as random_stream::uuid
  double real();       // one draw, as random_stream::real
};

// getrandom(2), 32 draws a call. Safe on any thread; a child of fork(2) makes one of its own.
// Throws std::system_error when the kernel refuses.
class system_entropy final : public entropy {
 public:
  std::uint64_t next() override;

 private:
  std::mutex mutex_;
  std::array<std::uint64_t, 32> drawn_{};
  std::size_t left_ = 0;
};

// For tests and simulation: the stream of `name` under `seed`. One thread.
class seeded_entropy final : public entropy {
 public:
  explicit seeded_entropy(random_seed seed, std::string_view name = "entropy")
      : stream_(seed, name) {}
  std::uint64_t next() override { return stream_(); }

 private:
  random_stream stream_;
};

}  // namespace theus
