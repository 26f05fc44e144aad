#include "fuzz/seeds.hpp"

#include <fstream>
#include <stdexcept>

namespace theus::fuzz {
namespace {

unsigned nibble(char digit) { return unsigned(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

}  // namespace

std::vector<std::string> golden_history(const std::string& name) {
  std::string path = THEUS_HISTORIES "/";
  path += name;
  path += ".v1.txt";
  std::ifstream in(path);
  if (!in) throw std::runtime_error("missing " + path);
  std::vector<std::string> records;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    std::string& record = records.emplace_back();
    for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
      record.push_back(char(nibble(line[i]) << 4 | nibble(line[i + 1])));
    }
  }
  return records;
}

std::string little_endian(std::uint64_t value, unsigned bytes) {
  std::string text;
  for (unsigned i = 0; i < bytes; ++i) text.push_back(char(value >> (8 * i)));
  return text;
}

std::string bytes_of_words(const std::vector<std::uint64_t>& words) {
  std::string text;
  for (const std::uint64_t word : words) text += little_endian(word, 8);
  return text;
}

std::uint64_t struct_pointer(std::int32_t offset, std::uint16_t data, std::uint16_t pointers) {
  return std::uint64_t(std::uint32_t(offset) << 2) | std::uint64_t(data) << 32 |
         std::uint64_t(pointers) << 48;
}

std::uint64_t list_pointer(std::int32_t offset, unsigned element_size, std::uint32_t count) {
  return std::uint64_t(std::uint32_t(offset) << 2 | 1) | std::uint64_t(element_size) << 32 |
         std::uint64_t(count) << 35;
}

std::map<std::string, std::vector<std::uint64_t>> hostile_messages() {
  constexpr unsigned composite = 7;
  constexpr std::uint32_t most = (1u << 29) - 1;
  std::map<std::string, std::vector<std::uint64_t>> all;
  all["only_null_root"] = {0};
  all["root_names_itself"] = {struct_pointer(-1, 1, 1)};
  all["root_behind_the_end"] = {struct_pointer(1 << 20, 13, 2)};
  all["root_before_the_start"] = {struct_pointer(-100, 13, 2), 0};
  all["root_of_65535_words"] = {struct_pointer(0, 0xFFFF, 0xFFFF), 1, 2, 3};
  all["far_pointer_to_segment_9"] = {2 | std::uint64_t{9} << 32};
  all["far_pointer_to_itself"] = {2};
  all["double_far_pointer"] = {6, struct_pointer(0, 1, 1)};
  all["capability"] = {3};
  // A root without data whose pointers all name a list of 2^29 elements without size.
  std::vector<std::uint64_t> voids{struct_pointer(0, 0, 4)};
  for (int i = 0; i < 4; ++i) voids.push_back(list_pointer(0, 0, most));
  all["lists_of_nothing"] = voids;
  // The same as structs of no words behind a tag that promises them.
  std::vector<std::uint64_t> empties{struct_pointer(0, 0, 4)};
  for (int i = 0; i < 4; ++i) empties.push_back(list_pointer(3 - i, composite, 0));
  empties.push_back(most << 2);
  all["structs_of_nothing"] = empties;
  // Each of 200 structs holds the next.
  std::vector<std::uint64_t> deep;
  for (int i = 0; i < 200; ++i) deep.push_back(struct_pointer(0, 0, 1));
  deep.push_back(0);
  all["200_deep"] = deep;
  // 16 pointers to a list of 16 pointers to a list of … each sharing the next.
  std::vector<std::uint64_t> shared{struct_pointer(0, 0, 16)};
  for (int level = 0; level < 8; ++level) {
    for (int i = 15; i >= 0; --i) shared.push_back(list_pointer(i, 6, 16));
  }
  all["shared_16_to_the_8th"] = shared;
  return all;
}

}  // namespace theus::fuzz
