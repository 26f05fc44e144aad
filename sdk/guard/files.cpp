#include <dirent.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdio>

#include "subjects.hpp"
#include "thread_watch.hpp"

using theus::guard::is_file;
using theus::guard::refused;

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
THEUS_WATCHED_CALL(mkstemp, int, (char* path), (path), refused(-1))

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
                   refused(ssize_t(-1)))
THEUS_WATCHED_CALL(pwrite, ssize_t, (int to, const void* from, std::size_t size, off_t at),
                   (to, from, size, at), refused(ssize_t(-1)))
THEUS_WATCHED_AS(pwrite64, pwrite, ssize_t, (int to, const void* from, std::size_t size, off_t at),
                 (to, from, size, at), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(writev, ssize_t, (int to, const iovec* from, int count), (to, from, count),
                   refused(ssize_t(-1)))
THEUS_WATCHED_CALL(fsync, int, (int file), (file), refused(-1))
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
THEUS_WATCHED_CALL(access, int, (const char* path, int how), (path, how), refused(-1))

THEUS_WATCHED_CALL(unlink, int, (const char* path), (path), refused(-1))
THEUS_WATCHED_CALL(unlinkat, int, (int at, const char* path, int flags), (at, path, flags),
                   refused(-1))
THEUS_WATCHED_CALL(remove, int, (const char* path), (path), refused(-1))
THEUS_WATCHED_CALL(rename, int, (const char* from, const char* to), (from, to), refused(-1))
THEUS_WATCHED_CALL(link, int, (const char* from, const char* to), (from, to), refused(-1))
THEUS_WATCHED_CALL(symlink, int, (const char* from, const char* to), (from, to), refused(-1))
THEUS_WATCHED_CALL(mkdir, int, (const char* path, mode_t mode), (path, mode), refused(-1))
THEUS_WATCHED_CALL(rmdir, int, (const char* path), (path), refused(-1))
THEUS_WATCHED_CALL(readlink, ssize_t, (const char* path, char* to, std::size_t size),
                   (path, to, size), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(realpath, char*, (const char* path, char* to), (path, to),
                   refused<char*>(nullptr))
THEUS_WATCHED_CALL(getcwd, char*, (char* to, std::size_t size), (to, size), refused<char*>(nullptr))
THEUS_WATCHED_CALL(chdir, int, (const char* path), (path), refused(-1))
THEUS_WATCHED_CALL(opendir, DIR*, (const char* path), (path), refused<DIR*>(nullptr))
THEUS_WATCHED_CALL(readdir, void*, (DIR * of), (of), refused<void*>(nullptr))
THEUS_WATCHED_AS(readdir64, readdir, void*, (DIR * of), (of), refused<void*>(nullptr))

THEUS_WATCHED_CALL(fopen, std::FILE*, (const char* path, const char* mode), (path, mode),
                   refused<std::FILE*>(nullptr))
THEUS_WATCHED_AS(fopen64, fopen, std::FILE*, (const char* path, const char* mode), (path, mode),
                 refused<std::FILE*>(nullptr))
THEUS_WATCHED_CALL(freopen, std::FILE*, (const char* path, const char* mode, std::FILE* file),
                   (path, mode, file), refused<std::FILE*>(nullptr))
THEUS_WATCHED(fread, fread, std::size_t,
              (void* to, std::size_t size, std::size_t count, std::FILE* from),
              (to, size, count, from), is_file(from), true, refused(std::size_t(0)))
THEUS_WATCHED(fgets, fgets, char*, (char* to, int size, std::FILE* from), (to, size, from),
              is_file(from), true, refused<char*>(nullptr))
THEUS_WATCHED(fgetc, fgetc, int, (std::FILE * from), (from), is_file(from), true, refused(EOF))
THEUS_WATCHED(getc, getc, int, (std::FILE * from), (from), is_file(from), true, refused(EOF))
THEUS_WATCHED(getline, getline, ssize_t, (char** to, std::size_t* size, std::FILE* from),
              (to, size, from), is_file(from), true, refused(ssize_t(-1)))
THEUS_WATCHED_CALL(getchar, int, (), (), refused(EOF))
// What getline() is in headers.
THEUS_WATCHED(__getdelim, getline, ssize_t,
              (char** to, std::size_t* size, int until, std::FILE* from), (to, size, until, from),
              is_file(from), true, refused(ssize_t(-1)))
THEUS_WATCHED(getdelim, getline, ssize_t,
              (char** to, std::size_t* size, int until, std::FILE* from), (to, size, until, from),
              is_file(from), true, refused(ssize_t(-1)))
