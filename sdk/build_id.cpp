#include "build_id.hpp"

#include <link.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace theus {
namespace {

std::string hex_of(std::string_view bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto b = static_cast<std::uint8_t>(c);
    text += digits[b >> 4];
    text += digits[b & 15];
  }
  return text;
}

// A note: lengths of its name and of its content, its type, then both, each up to a multiple of 4.
std::string build_id_in(std::string_view notes) {
  constexpr std::string_view gnu("GNU", 4);
  const auto padded = [](std::size_t size) { return (size + 3) / 4 * 4; };
  ElfW(Nhdr) head;
  while (notes.size() >= sizeof head) {
    notes.copy(reinterpret_cast<char*>(&head), sizeof head);
    notes.remove_prefix(sizeof head);
    const std::size_t name = padded(head.n_namesz);
    const std::size_t content = padded(head.n_descsz);
    if (name > notes.size() || content > notes.size() - name) return {};
    if (head.n_type == NT_GNU_BUILD_ID && notes.substr(0, head.n_namesz) == gnu) {
      return hex_of(notes.substr(name, head.n_descsz));
    }
    notes.remove_prefix(name + content);
  }
  return {};
}

// The program comes first, what it has loaded later.
int visit_program(dl_phdr_info* object, std::size_t, void* found) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& part = object->dlpi_phdr[i];
    if (part.p_type != PT_NOTE) continue;
    const auto* const at = reinterpret_cast<const char*>(object->dlpi_addr + part.p_vaddr);
    auto& id = *static_cast<std::string*>(found);
    id = build_id_in({at, part.p_memsz});
    if (!id.empty()) break;
  }
  return 1;
}

}  // namespace

std::string own_build_id() {
  std::string id;
  dl_iterate_phdr(visit_program, &id);
  return id;
}

}  // namespace theus
