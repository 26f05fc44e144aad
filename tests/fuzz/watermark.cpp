#include "watermark.hpp"

#include <fstream>
#include <vector>

#include "fuzz/targets.hpp"
#include "hash.hpp"
#include "journal/support.hpp"

namespace theus::fuzz {
namespace {

using journal::journal_head;

constexpr std::size_t content_bytes = 56;
constexpr std::size_t second_slot_at = 512;

// Slots whose first 56 bytes are given, with the checksum that belongs to them.
std::string sealed(input slots) {
  std::string file(second_slot_at + 64, '\0');
  for (const std::size_t at : {std::size_t{0}, second_slot_at}) {
    const auto content = slots.first(std::min(content_bytes, slots.size()));
    slots = slots.subspan(content.size());
    std::copy(content.begin(), content.end(), file.begin() + std::ptrdiff_t(at));
    const auto hash = journal::sha256({journal::bytes_of(file).subspan(at, content_bytes)});
    std::copy_n(hash.bytes.begin(), 8, file.begin() + std::ptrdiff_t(at + content_bytes));
  }
  return file;
}

}  // namespace

void watermark(input bytes) {
  static const journal::test::temporary_folder folder;
  static const auto path = folder / "watermark";
  const bool to_seal = !bytes.empty() && bytes[0] == 's';
  const std::string content =
      to_seal ? sealed(bytes.subspan(1)) : std::string(journal::text_of(bytes));
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
  auto opened = journal::watermark::open(path);
  if (!opened) {
    require(opened.error().code == errc::corrupt ||
                (opened.error().code == errc::limit_exceeded && content.size() > 64 * 1024),
            "a watermark that says nothing is corrupt");
    return;
  }
  journal_head head = opened->promised();
  ++head.commit;
  head.chain.bytes[0] ^= 1;
  if (head.commit == 0) return;  // the last commit there can be
  require(opened->write(head).has_value(), "a watermark can be written");
  const auto again = journal::watermark::open(path);
  require(again.has_value() && again->promised() == head, "a watermark names the last commit");
}

}  // namespace theus::fuzz
