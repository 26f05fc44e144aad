#include "packing.hpp"

#include <cstring>

namespace theus::journal {
namespace {

constexpr std::size_t word_bytes = 8;
constexpr unsigned run_maximum = 255;

unsigned tag_of(const std::uint8_t* word) {
  unsigned tag = 0;
  for (unsigned i = 0; i < word_bytes; ++i) tag |= unsigned(word[i] != 0) << i;
  return tag;
}

unsigned bits_in(unsigned tag) { return unsigned(__builtin_popcount(tag)); }

}  // namespace

void pack(std::span<const std::uint8_t> words, std::string& out) {
  const std::uint8_t* at = words.data();
  const std::uint8_t* const end = at + words.size();
  auto append = [&out](const std::uint8_t* from, std::size_t count) {
    out.append(reinterpret_cast<const char*>(from), count);
  };
  while (at != end) {
    const unsigned tag = tag_of(at);
    out.push_back(char(tag));
    if (tag == 0xff) {
      append(at, word_bytes);
      at += word_bytes;
      const std::uint8_t* run = at;
      while (at != end && unsigned((at - run) / 8) < run_maximum && bits_in(tag_of(at)) >= 7) {
        at += word_bytes;
      }
      out.push_back(char((at - run) / 8));
      append(run, std::size_t(at - run));
    } else if (tag == 0) {
      at += word_bytes;
      unsigned more = 0;
      while (at != end && more < run_maximum && tag_of(at) == 0) {
        at += word_bytes;
        ++more;
      }
      out.push_back(char(more));
    } else {
      for (unsigned i = 0; i < word_bytes; ++i) {
        if (at[i] != 0) out.push_back(char(at[i]));
      }
      at += word_bytes;
    }
  }
}

std::optional<std::size_t> unpacked_words(std::span<const std::uint8_t> packed) {
  std::size_t words = 0;
  std::size_t at = 0;
  while (at < packed.size()) {
    const unsigned tag = packed[at++];
    const std::size_t literal = bits_in(tag);
    if (packed.size() - at < literal) return std::nullopt;
    at += literal;
    ++words;
    if (tag != 0 && tag != 0xff) continue;
    if (at == packed.size()) return std::nullopt;
    const std::size_t run = packed[at++];
    words += run;
    if (tag == 0xff) {
      if (packed.size() - at < run * word_bytes) return std::nullopt;
      at += run * word_bytes;
    }
  }
  return words;
}

void unpack(std::span<const std::uint8_t> packed, std::span<std::uint8_t> words) {
  const std::uint8_t* in = packed.data();
  const std::uint8_t* const end = in + packed.size();
  std::uint8_t* out = words.data();
  while (in != end) {
    const unsigned tag = *in++;
    if (tag == 0xff) {
      std::memcpy(out, in, word_bytes);
      in += word_bytes;
      out += word_bytes;
      const std::size_t run = std::size_t(*in++) * word_bytes;
      if (run != 0) std::memcpy(out, in, run);
      in += run;
      out += run;
    } else if (tag == 0) {
      const std::size_t run = (std::size_t(*in++) + 1) * word_bytes;
      std::memset(out, 0, run);
      out += run;
    } else {
      for (unsigned i = 0; i < word_bytes; ++i) *out++ = (tag >> i & 1) != 0 ? *in++ : 0;
    }
  }
}

}  // namespace theus::journal
