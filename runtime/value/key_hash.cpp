#include "key_hash.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

#include "word.hpp"

namespace theus::tree {
namespace {

struct sip_state {
  // The four constants spell "somepseudorandomlygeneratedbytes"; the key is zero.
  std::uint64_t a = 0x736f6d6570736575;
  std::uint64_t b = 0x646f72616e646f6d;
  std::uint64_t c = 0x6c7967656e657261;
  std::uint64_t d = 0x7465646279746573;

  void round() noexcept {
    a += b;
    c += d;
    b = std::rotl(b, 13) ^ a;
    d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32);
    c += b;
    a += d;
    b = std::rotl(b, 17) ^ c;
    d = std::rotl(d, 21) ^ a;
    c = std::rotl(c, 32);
  }

  void absorb(std::uint64_t word) noexcept {
    d ^= word;
    round();
    a ^= word;
  }
};

constexpr std::uint64_t quick_bits = ~std::uint64_t{0} << (64 - quick_hash_bits);

// Both halves of the product, folded (as Wang Yi's wyhash does).
std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using wide = unsigned __int128;
  const wide product = wide{a ^ 0x9e3779b97f4a7c15} * (b ^ 0xe7037ed1a0b428db);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// As a short key's image would go on: the rest in blocks of 16 bytes.
std::uint64_t quick_hash_of_long(std::string_view key) noexcept {
  std::uint64_t first = 0, second = 0;
  std::memcpy(&first, key.data(), 6);
  second = load_word(key.data() + 6);
  if constexpr (std::endian::native == std::endian::big) first = __builtin_bswap64(first);
  std::uint64_t sum =
      fold(access::short_string_tag | (key.size() & 0xFF) << 8 | first << 16, second);
  for (std::size_t at = access::short_bytes; at < key.size(); at += 16) {
    const std::string_view low = key.substr(at, 8);
    const std::string_view high = key.size() > at + 8 ? key.substr(at + 8, 8) : std::string_view();
    sum = fold(sum ^ load_zero_padded(low), load_zero_padded(high));
  }
  return sum;
}

std::uint64_t sip_hash(std::string_view key) noexcept {
  sip_state state;
  const char* at = key.data();
  std::size_t left = key.size();
  for (; left >= 8; at += 8, left -= 8) state.absorb(load_word(at));
  state.absorb(load_tail(key) | std::uint64_t{key.size() & 0xFF} << 56);
  state.c ^= 0xFF;
  for (int i = 0; i < 3; ++i) state.round();
  return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace

std::uint64_t quick_hash(std::string_view key, const access::image& image) noexcept {
  if (key.size() > access::short_bytes) return quick_hash_of_long(key) & quick_bits;
  return fold(image.number(0), image.number(1)) & quick_bits;
}

std::uint64_t key_hash(std::string_view key) noexcept {
  return quick_hash(key, access::image_of(key)) | sip_hash(key) >> quick_hash_bits;
}

}  // namespace theus::tree
