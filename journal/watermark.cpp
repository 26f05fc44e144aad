#include "watermark.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "hash.hpp"

namespace theus::journal {
namespace {

constexpr std::string_view magic = "theuswm1";
constexpr std::size_t number_at = 8;
constexpr std::size_t chain_at = 16;
constexpr std::size_t checksum_at = 56;
constexpr std::size_t checksum_bytes = 8;
constexpr std::size_t slot_bytes = 64;
constexpr std::size_t slot_distance = 512;

using slot = std::array<std::uint8_t, slot_bytes>;

hash256 checksum_of(const slot& s) {
  return sha256({std::span<const std::uint8_t>(s).first(checksum_at)});
}

slot write_slot(const journal_head& head) {
  slot s{};
  std::memcpy(s.data(), magic.data(), magic.size());
  for (std::size_t i = 0; i < 8; ++i) s[number_at + i] = std::uint8_t(head.commit >> (8 * i));
  std::memcpy(&s[chain_at], head.chain.bytes.data(), head.chain.bytes.size());
  const hash256 checksum = checksum_of(s);
  std::memcpy(&s[checksum_at], checksum.bytes.data(), checksum_bytes);
  return s;
}

std::optional<journal_head> read_slot(std::string_view content, std::size_t at) {
  if (content.size() < at + slot_bytes) return std::nullopt;
  slot s;
  std::memcpy(s.data(), content.data() + at, slot_bytes);
  const hash256 checksum = checksum_of(s);
  if (std::memcmp(s.data(), magic.data(), magic.size()) != 0 ||
      std::memcmp(&s[checksum_at], checksum.bytes.data(), checksum_bytes) != 0) {
    return std::nullopt;
  }
  journal_head head;
  for (std::size_t i = 0; i < 8; ++i) head.commit |= std::uint64_t(s[number_at + i]) << (8 * i);
  std::memcpy(head.chain.bytes.data(), &s[chain_at], head.chain.bytes.size());
  return head;
}

}  // namespace

result<void> watermark::create(const std::filesystem::path& path) {
  const slot empty = write_slot({});
  std::string content(slot_distance + slot_bytes, '\0');
  std::memcpy(content.data(), empty.data(), slot_bytes);
  std::memcpy(content.data() + slot_distance, empty.data(), slot_bytes);
  return replace_file(path, content);
}

result<watermark> watermark::open(const std::filesystem::path& path) {
  const auto content = read_file(path, 64 * 1024);
  if (!content) return content.error();
  if (!*content) {
    return error{errc::corrupt, path.string() +
                                    " is missing: nothing says what this journal acknowledged; "
                                    "restore the folder from a copy"};
  }
  const auto first = read_slot(**content, 0);
  const auto second = read_slot(**content, slot_distance);
  if (!first && !second) {
    return error{errc::corrupt, path.string() +
                                    " is damaged: nothing says what this journal acknowledged; "
                                    "restore the folder from a copy"};
  }
  const bool is_second = !first || (second && second->commit > first->commit);
  auto opened = file::open(path, O_WRONLY);
  if (!opened) return opened.error();
  return watermark(path, std::move(*opened), is_second ? *second : *first, is_second);
}

result<void> watermark::write(const journal_head& head) {
  const slot s = write_slot(head);
  const off_t at = is_second_ ? 0 : off_t(slot_distance);
  ssize_t count = 0;
  do {
    count = ::pwrite(file_.descriptor(), s.data(), s.size(), at);
  } while (count < 0 && errno == EINTR);
  if (count != ssize_t(s.size())) {
    return file_error("cannot write", path_, count < 0 ? errno : EIO);
  }
  promised_ = head;
  is_second_ = !is_second_;
  return {};
}

}  // namespace theus::journal
