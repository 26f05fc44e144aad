#include "fuzz/record_words.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "theus/journal/codec.hpp"

#include "packing.hpp"

namespace theus::fuzz {
namespace {

constexpr std::size_t word_bytes = 8;
// Behind the segment table and the root pointer, as records.capnp lays out a record's fields.
constexpr std::size_t previous_at = 2 * word_bytes;
constexpr std::size_t sequence_at = 11 * word_bytes;

std::vector<std::uint8_t> message_of(std::span<const std::uint8_t> words) {
  const std::size_t whole = words.size() / word_bytes * word_bytes;
  std::vector<std::uint8_t> message(word_bytes + whole);
  const auto count = static_cast<std::uint32_t>(whole / word_bytes);
  std::memcpy(&message[4], &count, sizeof count);
  std::copy_n(words.begin(), whole, message.begin() + word_bytes);
  return message;
}

std::string packed(const std::vector<std::uint8_t>& message) {
  std::string bytes(1, '\1');
  journal::pack(message, bytes);
  return bytes;
}

}  // namespace

std::string packed_record(std::span<const std::uint8_t> words) { return packed(message_of(words)); }

std::string packed_record(std::span<const std::uint8_t> words, const journal::hash256& previous,
                          std::uint64_t sequence) {
  auto message = message_of(words);
  if (message.size() >= sequence_at + word_bytes) {
    std::copy(previous.bytes.begin(), previous.bytes.end(), message.begin() + previous_at);
    std::memcpy(&message[sequence_at], &sequence, sizeof sequence);
  }
  return packed(message);
}

std::string words_of(std::span<const std::uint8_t> on_disk) {
  const auto packed_words = on_disk.subspan(1);
  std::vector<std::uint8_t> message(*journal::unpacked_words(packed_words) * word_bytes);
  journal::unpack(packed_words, message);
  return {message.begin() + word_bytes, message.end()};
}

}  // namespace theus::fuzz
