#include "key_hash.hpp"

#include <bit>
#include <cstddef>

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

}  // namespace

std::uint64_t key_hash(std::string_view key) noexcept {
  sip_state state;
  const char* at = key.data();
  std::size_t left = key.size();
  for (; left >= 8; at += 8, left -= 8) state.absorb(load_word(at));
  state.absorb(load_tail(key) | std::uint64_t{key.size() & 0xFF} << 56);
  state.c ^= 0xFF;
  for (int i = 0; i < 3; ++i) state.round();
  return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace theus::tree
