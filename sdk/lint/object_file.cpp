#include "object_file.hpp"

#include <elf.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace theus::lint {
namespace {

constexpr std::string_view mark_section = ".theus.workflow";

}  // namespace

object_file object_file::read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return object_file(path, std::move(bytes));
}

object_file::object_file(std::string path, std::vector<char> bytes)
    : path_(std::move(path)), bytes_(std::move(bytes)) {
  if (bytes_.size() >= 4 && std::memcmp(bytes_.data(), "BC\xC0\xDE", 4) == 0) {
    refuse("holds LLVM bitcode; compile workflow sources without -flto");
  }
  if (bytes_.size() < sizeof(Elf64_Ehdr) || std::memcmp(bytes_.data(), ELFMAG, SELFMAG) != 0) {
    refuse("is not an ELF object");
  }
  const auto& header = *table<Elf64_Ehdr>(0, 1);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_type != ET_REL ||
      header.e_shentsize != sizeof(Elf64_Shdr)) {
    refuse("is not a relocatable ELF object of 64 bits");
  }
  read_sections();
  read_relocations();
}

void object_file::refuse(const char* why) const { throw std::runtime_error(path_ + ": " + why); }

template <class T>
const T* object_file::table(std::uint64_t offset, std::uint64_t count) const {
  if (offset > bytes_.size() || count > (bytes_.size() - offset) / sizeof(T) ||
      offset % alignof(T) != 0) {
    refuse("is damaged: a table lies outside of the file");
  }
  return reinterpret_cast<const T*>(bytes_.data() + offset);
}

std::string_view object_file::text(std::size_t string_section, std::uint64_t offset) const {
  const auto& header = *table<Elf64_Ehdr>(0, 1);
  const auto* headers = table<Elf64_Shdr>(header.e_shoff, 1);
  const Elf64_Shdr& strings = headers[string_section];
  if (offset >= strings.sh_size) refuse("is damaged: a name lies outside of its table");
  const char* begin = table<char>(strings.sh_offset, strings.sh_size) + offset;
  return {begin, strnlen(begin, strings.sh_size - offset)};
}

void object_file::read_sections() {
  const auto& header = *table<Elf64_Ehdr>(0, 1);
  const auto* first = table<Elf64_Shdr>(header.e_shoff, 1);
  // Objects of more than 65,279 sections keep the numbers in the first one.
  const std::uint64_t count = header.e_shnum != 0 ? header.e_shnum : first->sh_size;
  const std::uint64_t names = header.e_shstrndx != SHN_XINDEX ? header.e_shstrndx : first->sh_link;
  const auto* headers = table<Elf64_Shdr>(header.e_shoff, count);
  if (names >= count) refuse("is damaged: no table of section names");
  for (std::uint64_t i = 0; i < count; ++i) {
    lint::section each;
    each.name = text(names, headers[i].sh_name);
    each.is_loaded = (headers[i].sh_flags & SHF_ALLOC) != 0;
    each.is_shared_copy = (headers[i].sh_flags & SHF_GROUP) != 0;
    sections_.push_back(each);
    if (each.name != mark_section || headers[i].sh_type == SHT_NOBITS) continue;
    const char* data = table<char>(headers[i].sh_offset, headers[i].sh_size);
    for (std::uint64_t at = 0; at < headers[i].sh_size;) {
      marks_.emplace_back(data + at, strnlen(data + at, headers[i].sh_size - at));
      at += marks_.back().size() + 1;
    }
  }
}

void object_file::read_relocations() {
  const auto& header = *table<Elf64_Ehdr>(0, 1);
  const auto* headers = table<Elf64_Shdr>(header.e_shoff, sections_.size());
  const Elf64_Shdr* symbols_header = nullptr;
  const Elf32_Word* far_sections = nullptr;
  std::uint64_t far_count = 0;
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    if (headers[i].sh_type == SHT_SYMTAB) symbols_header = &headers[i];
    if (headers[i].sh_type != SHT_SYMTAB_SHNDX) continue;
    far_count = headers[i].sh_size / sizeof(Elf32_Word);
    far_sections = table<Elf32_Word>(headers[i].sh_offset, far_count);
  }
  if (!symbols_header) return;
  const std::uint64_t count = symbols_header->sh_size / sizeof(Elf64_Sym);
  const auto* symbols = table<Elf64_Sym>(symbols_header->sh_offset, count);
  if (symbols_header->sh_link >= sections_.size()) refuse("is damaged: no table of symbol names");

  const auto section_of = [&](std::uint64_t symbol) -> std::size_t {
    std::size_t index = symbols[symbol].st_shndx;
    if (index == SHN_XINDEX && symbol < far_count) index = far_sections[symbol];
    return index < sections_.size() ? index : 0;
  };
  for (std::uint64_t i = 0; i < count; ++i) {
    if (ELF64_ST_TYPE(symbols[i].st_info) != STT_FUNC || section_of(i) == 0) continue;
    functions_.push_back({text(symbols_header->sh_link, symbols[i].st_name), section_of(i),
                          symbols[i].st_value, symbols[i].st_size});
  }
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    const std::size_t target = headers[i].sh_info;
    if (headers[i].sh_type != SHT_RELA || target >= sections_.size()) continue;
    const std::uint64_t entries = headers[i].sh_size / sizeof(Elf64_Rela);
    const auto* relocations = table<Elf64_Rela>(headers[i].sh_offset, entries);
    for (std::uint64_t k = 0; k < entries; ++k) {
      const std::uint64_t symbol = ELF64_R_SYM(relocations[k].r_info);
      if (symbol == 0) continue;
      if (symbol >= count) refuse("is damaged: a relocation names no symbol");
      references_.push_back({target, relocations[k].r_offset, section_of(symbol),
                             text(symbols_header->sh_link, symbols[symbol].st_name)});
    }
  }
}

std::string_view object_file::function_at(std::size_t section, std::uint64_t offset) const {
  for (const function& each : functions_) {
    if (each.section == section && each.begin <= offset && offset - each.begin < each.size) {
      return each.symbol;
    }
  }
  return {};
}

}  // namespace theus::lint
