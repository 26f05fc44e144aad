#include <cstdarg>
#include <cstddef>
#include <cstdio>

#include "subjects.hpp"
#include "thread_watch.hpp"

// What stdio does inside of libc cannot be stood in front of, so its entrances are.
namespace {

// Of glibc, which declare them only where they are used.
extern "C" int __vprintf_chk(int flag, const char* format, std::va_list with);
extern "C" int __vfprintf_chk(std::FILE* to, int flag, const char* format, std::va_list with);

}  // namespace

using theus::guard::is_file;
using theus::guard::refused;

const char theus::guard::stands_before_printing = 0;

THEUS_WATCHED(fwrite, fwrite, std::size_t,
              (const void* from, std::size_t size, std::size_t count, std::FILE* to),
              (from, size, count, to), is_file(to), true, refused(std::size_t(0)))
THEUS_WATCHED(fputs, fputs, int, (const char* text, std::FILE* to), (text, to), is_file(to), true,
              refused(EOF))
THEUS_WATCHED(fputc, fputc, int, (int c, std::FILE* to), (c, to), is_file(to), true, refused(EOF))
THEUS_WATCHED(putc, putc, int, (int c, std::FILE* to), (c, to), is_file(to), true, refused(EOF))
THEUS_WATCHED_CALL(puts, int, (const char* text), (text), refused(EOF))
THEUS_WATCHED_CALL(putchar, int, (int c), (c), refused(EOF))
THEUS_WATCHED_CALL(vprintf, int, (const char* format, std::va_list with), (format, with),
                   refused(-1))
THEUS_WATCHED(vfprintf, vfprintf, int, (std::FILE * to, const char* format, std::va_list with),
              (to, format, with), is_file(to), true, refused(-1))
THEUS_WATCHED_AS(__vprintf_chk, vprintf, int, (int flag, const char* format, std::va_list with),
                 (flag, format, with), refused(-1))
THEUS_WATCHED(__vfprintf_chk, vfprintf, int,
              (std::FILE * to, int flag, const char* format, std::va_list with),
              (to, flag, format, with), is_file(to), true, refused(-1))

// Those with `...` go on as those with a va_list, which nobody has to look at once more.
#define THEUS_WATCHED_PRINTF(symbol, call, parameters, when, print)                          \
  extern "C"                                                                                 \
      [[gnu::visibility("default")]] int theus_watched_##symbol parameters __asm__(#symbol); \
  extern "C" int theus_watched_##symbol parameters {                                         \
    if (theus::guard::current != nullptr && (when) &&                                        \
        !theus::guard::lets_through(theus::guard::number_of(#call), true,                    \
                                    __builtin_return_address(0))) {                          \
      return refused(-1);                                                                    \
    }                                                                                        \
    const theus::guard::unwatched seen;                                                      \
    std::va_list with;                                                                       \
    va_start(with, format);                                                                  \
    const int printed = print;                                                               \
    va_end(with);                                                                            \
    return printed;                                                                          \
  }

THEUS_WATCHED_PRINTF(printf, printf, (const char* format, ...), true, std::vprintf(format, with))
THEUS_WATCHED_PRINTF(__printf_chk, printf, (int flag, const char* format, ...), true,
                     __vprintf_chk(flag, format, with))
THEUS_WATCHED_PRINTF(fprintf, fprintf, (std::FILE * to, const char* format, ...), is_file(to),
                     std::vfprintf(to, format, with))
THEUS_WATCHED_PRINTF(__fprintf_chk, fprintf, (std::FILE * to, int flag, const char* format, ...),
                     is_file(to), __vfprintf_chk(to, flag, format, with))
