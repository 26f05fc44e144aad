#include <sys/types.h>

#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cwchar>

#include "subjects.hpp"
#include "thread_watch.hpp"

// Reading through stdio. What it does inside of libc cannot be stood in front of, so its entrances
// are.

using theus::guard::is_file;
using theus::guard::refused;

const char theus::guard::stands_before_streams = 0;

THEUS_WATCHED_CALL(fopen, std::FILE*, (const char* path, const char* mode), (path, mode),
                   refused<std::FILE*>(nullptr))
THEUS_WATCHED_AS(fopen64, fopen, std::FILE*, (const char* path, const char* mode), (path, mode),
                 refused<std::FILE*>(nullptr))
THEUS_WATCHED_CALL(freopen, std::FILE*, (const char* path, const char* mode, std::FILE* file),
                   (path, mode, file), refused<std::FILE*>(nullptr))
THEUS_WATCHED_CALL(tmpfile, std::FILE*, (), (), refused<std::FILE*>(nullptr))
THEUS_WATCHED_AS(tmpfile64, tmpfile, std::FILE*, (), (), refused<std::FILE*>(nullptr))
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

THEUS_WATCHED(fread_unlocked, fread, std::size_t,
              (void* to, std::size_t size, std::size_t count, std::FILE* from),
              (to, size, count, from), is_file(from), true, refused(std::size_t(0)))
THEUS_WATCHED(__fread_chk, fread, std::size_t,
              (void* to, std::size_t room, std::size_t size, std::size_t count, std::FILE* from),
              (to, room, size, count, from), is_file(from), true, refused(std::size_t(0)))
THEUS_WATCHED(__fread_unlocked_chk, fread, std::size_t,
              (void* to, std::size_t room, std::size_t size, std::size_t count, std::FILE* from),
              (to, room, size, count, from), is_file(from), true, refused(std::size_t(0)))
THEUS_WATCHED(fgets_unlocked, fgets, char*, (char* to, int size, std::FILE* from), (to, size, from),
              is_file(from), true, refused<char*>(nullptr))
THEUS_WATCHED(__fgets_chk, fgets, char*, (char* to, std::size_t room, int size, std::FILE* from),
              (to, room, size, from), is_file(from), true, refused<char*>(nullptr))
THEUS_WATCHED(fgetc_unlocked, fgetc, int, (std::FILE * from), (from), is_file(from), true,
              refused(EOF))
THEUS_WATCHED(getc_unlocked, getc, int, (std::FILE * from), (from), is_file(from), true,
              refused(EOF))
// What getc_unlocked() is in headers, once nothing that was read is left.
THEUS_WATCHED(__uflow, getc, int, (std::FILE * from), (from), is_file(from), true, refused(EOF))
THEUS_WATCHED_AS(getchar_unlocked, getchar, int, (), (), refused(EOF))
THEUS_WATCHED(fgetwc, fgetc, std::wint_t, (std::FILE * from), (from), is_file(from), true,
              refused(WEOF))
THEUS_WATCHED(fgetws, fgets, wchar_t*, (wchar_t * to, int size, std::FILE* from), (to, size, from),
              is_file(from), true, refused<wchar_t*>(nullptr))

// C99 and C23 have symbols of their own: what numbers look like is another thing there.
#define THEUS_WATCHED_SCANF(prefix)                                                              \
  THEUS_WATCHED_AS(prefix##vscanf, scanf, int, (const char* format, std::va_list with),          \
                   (format, with), refused(EOF))                                                 \
  THEUS_WATCHED(prefix##vfscanf, fscanf, int,                                                    \
                (std::FILE * from, const char* format, std::va_list with), (from, format, with), \
                is_file(from), true, refused(EOF))                                               \
  THEUS_WATCHED_FORMAT(prefix##scanf, scanf, (const char* format, ...), prefix##vscanf,          \
                       (format, with), true, refused(EOF))                                       \
  THEUS_WATCHED_FORMAT(prefix##fscanf, fscanf, (std::FILE * from, const char* format, ...),      \
                       prefix##vfscanf, (from, format, with), is_file(from), refused(EOF))

THEUS_WATCHED_SCANF()
THEUS_WATCHED_SCANF(__isoc99_)
#if __GLIBC_PREREQ(2, 38)
THEUS_WATCHED_SCANF(__isoc23_)
#endif
