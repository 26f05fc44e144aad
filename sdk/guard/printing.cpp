#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cwchar>

#include "subjects.hpp"
#include "thread_watch.hpp"

// What stdio does inside of libc cannot be stood in front of, so its entrances are.
//
// One that does not print says that it has: a stream that fails stays so, and activities print to
// the same std::cout.
using theus::guard::is_file;

const char theus::guard::stands_before_printing = 0;

THEUS_WATCHED(fwrite, fwrite, std::size_t,
              (const void* from, std::size_t size, std::size_t count, std::FILE* to),
              (from, size, count, to), is_file(to), true, count)
THEUS_WATCHED(fputs, fputs, int, (const char* text, std::FILE* to), (text, to), is_file(to), true,
              1)
THEUS_WATCHED(fputc, fputc, int, (int c, std::FILE* to), (c, to), is_file(to), true,
              static_cast<unsigned char>(c))
THEUS_WATCHED(putc, putc, int, (int c, std::FILE* to), (c, to), is_file(to), true,
              static_cast<unsigned char>(c))
THEUS_WATCHED(fwrite_unlocked, fwrite, std::size_t,
              (const void* from, std::size_t size, std::size_t count, std::FILE* to),
              (from, size, count, to), is_file(to), true, count)
THEUS_WATCHED(fputs_unlocked, fputs, int, (const char* text, std::FILE* to), (text, to),
              is_file(to), true, 1)
THEUS_WATCHED(fputc_unlocked, fputc, int, (int c, std::FILE* to), (c, to), is_file(to), true,
              static_cast<unsigned char>(c))
THEUS_WATCHED(putc_unlocked, putc, int, (int c, std::FILE* to), (c, to), is_file(to), true,
              static_cast<unsigned char>(c))
// What putc_unlocked() is in headers, once there is no room.
THEUS_WATCHED(__overflow, putc, int, (std::FILE * to, int c), (to, c), is_file(to), true,
              static_cast<unsigned char>(c))
THEUS_WATCHED_AS(putchar_unlocked, putchar, int, (int c), (c), static_cast<unsigned char>(c))
THEUS_WATCHED(fputwc, fputc, std::wint_t, (wchar_t c, std::FILE* to), (c, to), is_file(to), true,
              static_cast<std::wint_t>(c))
THEUS_WATCHED(putwc, putc, std::wint_t, (wchar_t c, std::FILE* to), (c, to), is_file(to), true,
              static_cast<std::wint_t>(c))
THEUS_WATCHED_AS(putwchar, putchar, std::wint_t, (wchar_t c), (c), static_cast<std::wint_t>(c))
THEUS_WATCHED(fputws, fputs, int, (const wchar_t* text, std::FILE* to), (text, to), is_file(to),
              true, 1)
THEUS_WATCHED_CALL(perror, void, (const char* text), (text), void())
THEUS_WATCHED_CALL(puts, int, (const char* text), (text), 1)
THEUS_WATCHED_CALL(putchar, int, (int c), (c), static_cast<unsigned char>(c))
THEUS_WATCHED_CALL(vprintf, int, (const char* format, std::va_list with), (format, with), 0)
THEUS_WATCHED(vfprintf, vfprintf, int, (std::FILE * to, const char* format, std::va_list with),
              (to, format, with), is_file(to), true, 0)
THEUS_WATCHED_CALL(vdprintf, int, (int to, const char* format, std::va_list with),
                   (to, format, with), 0)
THEUS_WATCHED_AS(__vdprintf_chk, vdprintf, int,
                 (int to, int flag, const char* format, std::va_list with),
                 (to, flag, format, with), 0)
THEUS_WATCHED_AS(__vprintf_chk, vprintf, int, (int flag, const char* format, std::va_list with),
                 (flag, format, with), 0)
THEUS_WATCHED(__vfprintf_chk, vfprintf, int,
              (std::FILE * to, int flag, const char* format, std::va_list with),
              (to, flag, format, with), is_file(to), true, 0)
THEUS_WATCHED_AS(vwprintf, vprintf, int, (const wchar_t* format, std::va_list with), (format, with),
                 0)
THEUS_WATCHED(vfwprintf, vfprintf, int, (std::FILE * to, const wchar_t* format, std::va_list with),
              (to, format, with), is_file(to), true, 0)

THEUS_WATCHED_FORMAT(printf, printf, (const char* format, ...), vprintf, (format, with), true, 0)
THEUS_WATCHED_FORMAT(__printf_chk, printf, (int flag, const char* format, ...), __vprintf_chk,
                     (flag, format, with), true, 0)
THEUS_WATCHED_FORMAT(fprintf, fprintf, (std::FILE * to, const char* format, ...), vfprintf,
                     (to, format, with), is_file(to), 0)
THEUS_WATCHED_FORMAT(__fprintf_chk, fprintf, (std::FILE * to, int flag, const char* format, ...),
                     __vfprintf_chk, (to, flag, format, with), is_file(to), 0)
THEUS_WATCHED_FORMAT(dprintf, dprintf, (int to, const char* format, ...), vdprintf,
                     (to, format, with), true, 0)
THEUS_WATCHED_FORMAT(__dprintf_chk, dprintf, (int to, int flag, const char* format, ...),
                     __vdprintf_chk, (to, flag, format, with), true, 0)
THEUS_WATCHED_FORMAT(wprintf, printf, (const wchar_t* format, ...), vwprintf, (format, with), true,
                     0)
THEUS_WATCHED_FORMAT(fwprintf, fprintf, (std::FILE * to, const wchar_t* format, ...), vfwprintf,
                     (to, format, with), is_file(to), 0)
