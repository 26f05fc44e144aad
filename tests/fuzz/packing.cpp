#include "packing.hpp"

#include <vector>

#include "fuzz/targets.hpp"
#include "hash.hpp"

namespace theus::fuzz {
namespace {

constexpr std::size_t most_words = 8 * 1024;

void there_and_back(std::span<const std::uint8_t> words) {
  std::string packed;
  journal::pack(words, packed);
  const auto measured = journal::unpacked_words(journal::bytes_of(packed));
  require(measured == words.size() / 8, "packed words are measured rightly");
  std::vector<std::uint8_t> back(words.size());
  journal::unpack(journal::bytes_of(packed), back);
  require(std::equal(back.begin(), back.end(), words.begin()), "words survive packing");
}

}  // namespace

void packing(input bytes) {
  there_and_back(bytes.first(bytes.size() / 8 * 8));
  const auto words = journal::unpacked_words(bytes);
  if (!words || *words > most_words) return;
  std::vector<std::uint8_t> unpacked(*words * 8);
  journal::unpack(bytes, unpacked);
  there_and_back(unpacked);
}

}  // namespace theus::fuzz
