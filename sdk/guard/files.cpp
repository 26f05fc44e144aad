#include <dirent.h>
#include <glob.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <ctime>

#include "subjects.hpp"
#include "thread_watch.hpp"

using theus::guard::refused;

namespace {

// Standard output and errors are for people: what is not printed counts as if it was, since a
// std::cout that failed once would stay so for activities.
ssize_t not_written(int to, std::size_t size) {
  return to == 1 || to == 2 ? static_cast<ssize_t>(size) : refused(ssize_t(-1));
}

ssize_t not_written(int to, const iovec* from, int count) {
  std::size_t size = 0;
  for (int i = 0; i < count; ++i) size += from[i].iov_len;
  return not_written(to, size);
}

}  // namespace

// Those with `...` are declared with what may follow: what is not there is passed on unread.
// pipe() is not here: UBSan asks it whether memory can be read, and by itself it says nothing.
// Of functions that take or give a struct whose size depends on the macros of large files, only its
// address matters here.

const char theus::guard::stands_before_files = 0;

THEUS_WATCHED_CALL(open, int, (const char* path, int flags, mode_t mode), (path, flags, mode),
                   refused(-1))
THEUS_WATCHED_AS(open64, open, int, (const char* path, int flags, mode_t mode), (path, flags, mode),
                 refused(-1))
THEUS_WATCHED_AS(__open_2, open, int, (const char* path, int flags), (path, flags), refused(-1))
THEUS_WATCHED_AS(__open64_2, open, int, (const char* path, int flags), (path, flags), refused(-1))
THEUS_WATCHED_CALL(openat, int, (int at, const char* path, int flags, mode_t mode),
                   (at, path, flags, mode), refused(-1))
THEUS_WATCHED_AS(openat64, openat, int, (int at, const char* path, int flags, mode_t mode),
                 (at, path, flags, mode), refused(-1))
THEUS_WATCHED_CALL(creat, int, (const char* path, mode_t mode), (path, mode), refused(-1))
THEUS_WATCHED_AS(creat64, creat, int, (const char* path, mode_t mode), (path, mode), refused(-1))
THEUS_WATCHED_AS(__openat_2, openat, int, (int at, const char* path, int flags), (at, path, flags),
                 refused(-1))
THEUS_WATCHED_AS(__openat64_2, openat, int, (int at, const char* path, int flags),
                 (at, path, flags), refused(-1))
THEUS_WATCHED_CALL(mkstemp, int, (char* path), (path), refused(-1))
THEUS_WATCHED_AS(mkstemp64, mkstemp, int, (char* path), (path), refused(-1))
THEUS_WATCHED_CALL(mkostemp, int, (char* path, int flags), (path, flags), refused(-1))
THEUS_WATCHED_AS(mkostemp64, mkostemp, int, (char* path, int flags), (path, flags), refused(-1))
THEUS_WATCHED_CALL(mkdtemp, char*, (char* path), (path), refused<char*>(nullptr))

THEUS_WATCHED_CALL(read, ssize_t, (int of, void* to, std::size_t size), (of, to, size),
                   refused(ssize_t(-1)))
THEUS_WATCHED_AS(__read_chk, read, ssize_t, (int of, void* to, std::size_t size, std::size_t room),
                 (of, to, size, room), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(pread, ssize_t, (int of, void* to, std::size_t size, off_t at),
                   (of, to, size, at), refused(ssize_t(-1)))
THEUS_WATCHED_AS(pread64, pread, ssize_t, (int of, void* to, std::size_t size, off_t at),
                 (of, to, size, at), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(readv, ssize_t, (int of, const iovec* to, int count), (of, to, count),
                   refused(ssize_t(-1)))
THEUS_WATCHED_CALL(write, ssize_t, (int to, const void* from, std::size_t size), (to, from, size),
                   not_written(to, size))
THEUS_WATCHED_CALL(pwrite, ssize_t, (int to, const void* from, std::size_t size, off_t at),
                   (to, from, size, at), refused(ssize_t(-1)))
THEUS_WATCHED_AS(pwrite64, pwrite, ssize_t, (int to, const void* from, std::size_t size, off_t at),
                 (to, from, size, at), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(writev, ssize_t, (int to, const iovec* from, int count), (to, from, count),
                   not_written(to, from, count))
THEUS_WATCHED_AS(preadv, pread, ssize_t, (int of, const iovec* to, int count, off_t at),
                 (of, to, count, at), refused(ssize_t(-1)))
THEUS_WATCHED_AS(preadv64, pread, ssize_t, (int of, const iovec* to, int count, off_t at),
                 (of, to, count, at), refused(ssize_t(-1)))
THEUS_WATCHED_AS(pwritev, pwrite, ssize_t, (int to, const iovec* from, int count, off_t at),
                 (to, from, count, at), refused(ssize_t(-1)))
THEUS_WATCHED_AS(pwritev64, pwrite, ssize_t, (int to, const iovec* from, int count, off_t at),
                 (to, from, count, at), refused(ssize_t(-1)))
THEUS_WATCHED_AS(__pread_chk, pread, ssize_t,
                 (int of, void* to, std::size_t size, off_t at, std::size_t room),
                 (of, to, size, at, room), refused(ssize_t(-1)))
THEUS_WATCHED_AS(__pread64_chk, pread, ssize_t,
                 (int of, void* to, std::size_t size, off_t at, std::size_t room),
                 (of, to, size, at, room), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(sendfile, ssize_t, (int to, int from, off_t* at, std::size_t size),
                   (to, from, at, size), refused(ssize_t(-1)))
THEUS_WATCHED_AS(sendfile64, sendfile, ssize_t, (int to, int from, off_t* at, std::size_t size),
                 (to, from, at, size), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(copy_file_range, ssize_t,
                   (int from, off_t* from_at, int to, off_t* to_at, std::size_t size,
                    unsigned flags),
                   (from, from_at, to, to_at, size, flags), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(fsync, int, (int file), (file), refused(-1))
THEUS_WATCHED_CALL(fdatasync, int, (int file), (file), refused(-1))
THEUS_WATCHED_CALL(flock, int, (int file, int how), (file, how), refused(-1))
THEUS_WATCHED_CALL(truncate, int, (const char* path, off_t size), (path, size), refused(-1))
THEUS_WATCHED_AS(truncate64, truncate, int, (const char* path, off_t size), (path, size),
                 refused(-1))
THEUS_WATCHED_CALL(ftruncate, int, (int file, off_t size), (file, size), refused(-1))
THEUS_WATCHED_AS(ftruncate64, ftruncate, int, (int file, off_t size), (file, size), refused(-1))

THEUS_WATCHED_CALL(stat, int, (const char* path, void* to), (path, to), refused(-1))
THEUS_WATCHED_AS(stat64, stat, int, (const char* path, void* to), (path, to), refused(-1))
THEUS_WATCHED_CALL(lstat, int, (const char* path, void* to), (path, to), refused(-1))
THEUS_WATCHED_AS(lstat64, lstat, int, (const char* path, void* to), (path, to), refused(-1))
THEUS_WATCHED_CALL(fstat, int, (int file, void* to), (file, to), refused(-1))
THEUS_WATCHED_AS(fstat64, fstat, int, (int file, void* to), (file, to), refused(-1))
THEUS_WATCHED_CALL(fstatat, int, (int at, const char* path, void* to, int flags),
                   (at, path, to, flags), refused(-1))
THEUS_WATCHED_AS(fstatat64, fstatat, int, (int at, const char* path, void* to, int flags),
                 (at, path, to, flags), refused(-1))
THEUS_WATCHED_CALL(statx, int, (int at, const char* path, int flags, unsigned mask, void* to),
                   (at, path, flags, mask, to), refused(-1))
THEUS_WATCHED_CALL(statvfs, int, (const char* path, void* to), (path, to), refused(-1))
THEUS_WATCHED_AS(statvfs64, statvfs, int, (const char* path, void* to), (path, to), refused(-1))
THEUS_WATCHED_CALL(statfs, int, (const char* path, void* to), (path, to), refused(-1))
THEUS_WATCHED_AS(statfs64, statfs, int, (const char* path, void* to), (path, to), refused(-1))
THEUS_WATCHED_CALL(faccessat, int, (int at, const char* path, int how, int flags),
                   (at, path, how, flags), refused(-1))
THEUS_WATCHED_CALL(access, int, (const char* path, int how), (path, how), refused(-1))

THEUS_WATCHED_CALL(unlink, int, (const char* path), (path), refused(-1))
THEUS_WATCHED_CALL(unlinkat, int, (int at, const char* path, int flags), (at, path, flags),
                   refused(-1))
THEUS_WATCHED_CALL(remove, int, (const char* path), (path), refused(-1))
THEUS_WATCHED_CALL(rename, int, (const char* from, const char* to), (from, to), refused(-1))
THEUS_WATCHED_CALL(link, int, (const char* from, const char* to), (from, to), refused(-1))
THEUS_WATCHED_CALL(symlink, int, (const char* from, const char* to), (from, to), refused(-1))
THEUS_WATCHED_CALL(mkdir, int, (const char* path, mode_t mode), (path, mode), refused(-1))
THEUS_WATCHED_CALL(renameat, int, (int from_at, const char* from, int to_at, const char* to),
                   (from_at, from, to_at, to), refused(-1))
THEUS_WATCHED_AS(renameat2, renameat, int,
                 (int from_at, const char* from, int to_at, const char* to, unsigned flags),
                 (from_at, from, to_at, to, flags), refused(-1))
THEUS_WATCHED_CALL(linkat, int,
                   (int from_at, const char* from, int to_at, const char* to, int flags),
                   (from_at, from, to_at, to, flags), refused(-1))
THEUS_WATCHED_CALL(symlinkat, int, (const char* from, int at, const char* to), (from, at, to),
                   refused(-1))
THEUS_WATCHED_CALL(mkdirat, int, (int at, const char* path, mode_t mode), (at, path, mode),
                   refused(-1))
THEUS_WATCHED_CALL(chmod, int, (const char* path, mode_t mode), (path, mode), refused(-1))
THEUS_WATCHED_CALL(fchmod, int, (int file, mode_t mode), (file, mode), refused(-1))
THEUS_WATCHED_CALL(fchmodat, int, (int at, const char* path, mode_t mode, int flags),
                   (at, path, mode, flags), refused(-1))
THEUS_WATCHED_CALL(chown, int, (const char* path, uid_t user, gid_t group), (path, user, group),
                   refused(-1))
THEUS_WATCHED_CALL(utimensat, int, (int at, const char* path, const timespec* times, int flags),
                   (at, path, times, flags), refused(-1))
THEUS_WATCHED_CALL(rmdir, int, (const char* path), (path), refused(-1))
THEUS_WATCHED_CALL(readlink, ssize_t, (const char* path, char* to, std::size_t size),
                   (path, to, size), refused(ssize_t(-1)))
THEUS_WATCHED_AS(__readlink_chk, readlink, ssize_t,
                 (const char* path, char* to, std::size_t size, std::size_t room),
                 (path, to, size, room), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(readlinkat, ssize_t, (int at, const char* path, char* to, std::size_t size),
                   (at, path, to, size), refused(ssize_t(-1)))
THEUS_WATCHED_AS(__realpath_chk, realpath, char*, (const char* path, char* to, std::size_t room),
                 (path, to, room), refused<char*>(nullptr))
THEUS_WATCHED_AS(__getcwd_chk, getcwd, char*, (char* to, std::size_t size, std::size_t room),
                 (to, size, room), refused<char*>(nullptr))
THEUS_WATCHED_CALL(realpath, char*, (const char* path, char* to), (path, to),
                   refused<char*>(nullptr))
THEUS_WATCHED_CALL(getcwd, char*, (char* to, std::size_t size), (to, size), refused<char*>(nullptr))
THEUS_WATCHED_CALL(chdir, int, (const char* path), (path), refused(-1))
THEUS_WATCHED_CALL(scandir, int,
                   (const char* path, void* to, const void* filter, const void* order),
                   (path, to, filter, order), refused(-1))
THEUS_WATCHED_AS(scandir64, scandir, int,
                 (const char* path, void* to, const void* filter, const void* order),
                 (path, to, filter, order), refused(-1))
THEUS_WATCHED_CALL(glob, int, (const char* path, int flags, const void* failed, void* to),
                   (path, flags, failed, to), GLOB_ABORTED)
THEUS_WATCHED_AS(glob64, glob, int, (const char* path, int flags, const void* failed, void* to),
                 (path, flags, failed, to), GLOB_ABORTED)
THEUS_WATCHED_CALL(nftw, int, (const char* path, const void* each, int most, int flags),
                   (path, each, most, flags), refused(-1))
THEUS_WATCHED_AS(nftw64, nftw, int, (const char* path, const void* each, int most, int flags),
                 (path, each, most, flags), refused(-1))
THEUS_WATCHED_CALL(opendir, DIR*, (const char* path), (path), refused<DIR*>(nullptr))
THEUS_WATCHED_CALL(readdir, void*, (DIR * of), (of), refused<void*>(nullptr))
THEUS_WATCHED_AS(readdir64, readdir, void*, (DIR * of), (of), refused<void*>(nullptr))
