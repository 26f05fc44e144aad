#include "manifest_note.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <sstream>

#include "file.hpp"
#include "hash.hpp"

namespace theus::journal {
namespace {

constexpr std::size_t note_bytes = 4'096;
constexpr std::size_t manifest_bytes = std::size_t(1) << 30;

std::string hash_of(std::string_view bytes) { return sha256({bytes_of(bytes)}).to_string(); }

// Of the manifest that is in force.
std::optional<std::string> name_in(const std::filesystem::path& db) {
  auto current = read_file(db / "CURRENT", note_bytes);
  if (!current || !*current || !(*current)->ends_with('\n')) return std::nullopt;
  (*current)->pop_back();
  return std::move(**current);
}

}  // namespace

result<void> check_manifest(const std::filesystem::path& note, const std::filesystem::path& db) {
  const auto said = read_file(note, note_bytes);
  if (!said || !*said) return {};
  std::istringstream words(**said);
  std::string name, hash, own;
  std::size_t bytes = 0;
  words >> name >> bytes >> hash >> own;
  if (own != hash_of(name + " " + std::to_string(bytes) + " " + hash)) return {};
  if (name_in(db) != name) return {};
  const auto manifest = read_file(db / name, manifest_bytes);
  if (!manifest || !*manifest) return {};  // RocksDB says what is wrong with it
  const std::string_view found = **manifest;
  if (found.size() >= bytes && hash_of(found.substr(0, bytes)) == hash) return {};
  return error{errc::corrupt, (db / name).string() + " is not what it was (" +
                                  std::to_string(bytes) + " bytes of it are known, it has " +
                                  std::to_string(found.size()) +
                                  "): it may have lost tables; restore the folder from a copy"};
}

result<void> note_manifest(const std::filesystem::path& note, const std::filesystem::path& db,
                           database state) {
  const auto name = name_in(db);
  if (!name) return {};
  const auto manifest = read_file(db / *name, manifest_bytes);
  if (!manifest || !*manifest) return {};
  if (state == database::open) {
    const auto opened = file::open(db / *name, O_RDONLY);
    if (!opened) return {};
    if (::fdatasync(opened->descriptor()) != 0) return file_error("cannot sync", db / *name, errno);
  }
  const std::string line =
      *name + " " + std::to_string((*manifest)->size()) + " " + hash_of(**manifest);
  const std::filesystem::path beside = note.string() + ".new";
  const auto to = file::open(beside, O_WRONLY | O_CREAT | O_TRUNC);
  if (!to || !write_all(*to, line + " " + hash_of(line) + "\n", beside)) {
    ::unlink(beside.c_str());
    return {};
  }
  (void)::rename(beside.c_str(), note.c_str());
  return {};
}

}  // namespace theus::journal
