#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace theus::lint {

// What the linker will be asked for by a piece of code or data.
struct reference {
  std::size_t from_section;
  std::uint64_t offset;    // in that section
  std::size_t to_section;  // 0 when the symbol is defined elsewhere
  std::string_view symbol;
};

struct section {
  std::string_view name;
  bool is_loaded = false;
  // One of several copies that the linker chooses from: inline functions, template instances. It is
  // in the object because something was instantiated, which does not mean that anything calls it.
  bool is_shared_copy = false;
};

struct function {
  std::string_view symbol;
  std::size_t section;
  std::uint64_t begin;
  std::uint64_t size;
};

// A relocatable ELF object of 64 bits, as compilers write them; whole in memory.
// Names are views into it: valid while it lives, and not moved from.
class object_file {
 public:
  // Throws std::runtime_error when the file cannot be read, is no such object or is damaged.
  static object_file read(const std::string& path);

  object_file(object_file&&) = default;

  const std::string& path() const { return path_; }
  const std::vector<lint::section>& sections() const { return sections_; }
  const std::vector<reference>& references() const { return references_; }
  // What poison.hpp and THEUS_LINT_ALLOW left in it, in order; nothing in other objects.
  const std::vector<std::string>& marks() const { return marks_; }
  // The symbol of the function that holds this place; empty if none does.
  std::string_view function_at(std::size_t section, std::uint64_t offset) const;

 private:
  object_file(std::string path, std::vector<char> bytes);

  void read_sections();
  void read_relocations();
  [[noreturn]] void refuse(const char* why) const;
  template <class T>
  const T* table(std::uint64_t offset, std::uint64_t count) const;
  std::string_view text(std::size_t string_section, std::uint64_t offset) const;

  std::string path_;
  std::vector<char> bytes_;
  std::vector<lint::section> sections_;
  std::vector<reference> references_;
  std::vector<function> functions_;
  std::vector<std::string> marks_;
};

}  // namespace theus::lint
