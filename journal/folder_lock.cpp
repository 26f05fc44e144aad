#include "folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace theus::journal {

result<folder_lock> folder_lock::take(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "lock";
  auto held = file::open(path, O_RDWR | O_CREAT);
  if (!held) return held.error();
  // flock belongs to the open file, so a second opening in this process is refused as well.
  if (::flock(held->descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return file_error("cannot lock", path, errno);
    const auto owner = read_file(path, 64);
    const bool known = owner && *owner && !(*owner)->empty();
    return error{errc::journal_in_use, "the journal in " + folder.string() +
                                           " is in use by process " +
                                           (known ? **owner : std::string("unknown"))};
  }
  const std::string owner = std::to_string(::getpid());
  if (::ftruncate(held->descriptor(), 0) != 0) return file_error("cannot write", path, errno);
  if (auto ok = write_all(*held, owner, path); !ok) return ok.error();
  return folder_lock(std::move(*held));
}

}  // namespace theus::journal
