#include <linux/futex.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdarg>
#include <cstddef>
#include <cstdio>

#include "subjects.hpp"
#include "thread_watch.hpp"

using theus::guard::refused;

const char theus::guard::stands_before_the_process = 0;

namespace {

bool is_about_this_machine(int what) {
  return what == _SC_NPROCESSORS_CONF || what == _SC_NPROCESSORS_ONLN || what == _SC_PHYS_PAGES ||
         what == _SC_AVPHYS_PAGES || what == _SC_CLK_TCK;
}

}  // namespace

// Goes on as the one that takes a list. Between fork() and exec nothing may be allocated.
#define THEUS_WATCHED_EXEC(symbol, first, listed, with_list)                                      \
  extern "C" [[gnu::visibility("default")]] int theus_watched_##symbol(                           \
      first, const char* argument, ...) __asm__(#symbol);                                         \
  extern "C" int theus_watched_##symbol(first, const char* argument, ...) {                       \
    THEUS_ASK(symbol, true, true, refused(-1))                                                    \
    std::size_t count = 1;                                                                        \
    std::va_list with;                                                                            \
    va_start(with, argument);                                                                     \
    for (const char* each = argument; each != nullptr; each = va_arg(with, const char*)) ++count; \
    va_end(with);                                                                                 \
    const auto arguments = static_cast<char**>(__builtin_alloca(count * sizeof(char*)));          \
    va_start(with, argument);                                                                     \
    std::size_t next = 0;                                                                         \
    for (const char* each = argument; each != nullptr; each = va_arg(with, const char*)) {        \
      arguments[next++] = const_cast<char*>(each);                                                \
    }                                                                                             \
    arguments[next] = nullptr;                                                                    \
    const int answer = listed.get() with_list;                                                    \
    va_end(with);                                                                                 \
    return answer;                                                                                \
  }

THEUS_SEEN_CALL(getpid, pid_t, (), ())
THEUS_SEEN_CALL(getppid, pid_t, (), ())
THEUS_SEEN_CALL(gettid, pid_t, (), ())
THEUS_SEEN_CALL(sched_getcpu, int, (), ())
THEUS_SEEN_CALL(get_nprocs, int, (), ())
THEUS_SEEN_CALL(getuid, uid_t, (), ())
THEUS_SEEN_CALL(geteuid, uid_t, (), ())
THEUS_SEEN_CALL(getgid, gid_t, (), ())
THEUS_SEEN_CALL(getegid, gid_t, (), ())
THEUS_SEEN_CALL(gethostid, long, (), ())
THEUS_WATCHED_CALL(getlogin, char*, (), (), refused<char*>(nullptr))
THEUS_WATCHED_CALL(getrusage, int, (int who, rusage* to), (who, to), refused(-1))
THEUS_WATCHED_CALL(getloadavg, int, (double* to, int count), (to, count), refused(-1))
THEUS_WATCHED_CALL(sysinfo, int, (struct sysinfo * to), (to), refused(-1))
// What else it says is the same wherever the program runs, or nearly.
THEUS_WATCHED(sysconf, sysconf, long, (int what), (what), is_about_this_machine(what), true,
              refused(-1L))
THEUS_WATCHED_AS(__gethostname_chk, gethostname, int,
                 (char* to, std::size_t size, std::size_t room), (to, size, room), refused(-1))
THEUS_WATCHED_CALL(gethostname, int, (char* to, std::size_t size), (to, size), refused(-1))
THEUS_WATCHED_CALL(uname, int, (utsname * to), (to), refused(-1))

THEUS_WATCHED_CALL(fork, pid_t, (), (), refused(pid_t(-1)))
THEUS_WATCHED_CALL(system, int, (const char* command), (command), refused(-1))
THEUS_WATCHED_CALL(popen, std::FILE*, (const char* command, const char* mode), (command, mode),
                   refused<std::FILE*>(nullptr))
THEUS_WATCHED_CALL(execv, int, (const char* path, char* const* arguments), (path, arguments),
                   refused(-1))
THEUS_WATCHED_CALL(execve, int,
                   (const char* path, char* const* arguments, char* const* environment),
                   (path, arguments, environment), refused(-1))
THEUS_WATCHED_CALL(execvp, int, (const char* file, char* const* arguments), (file, arguments),
                   refused(-1))
THEUS_WATCHED_AS(execvpe, execvp, int,
                 (const char* file, char* const* arguments, char* const* environment),
                 (file, arguments, environment), refused(-1))
THEUS_WATCHED_AS(fexecve, execve, int, (int file, char* const* arguments, char* const* environment),
                 (file, arguments, environment), refused(-1))
THEUS_WATCHED_EXEC(execl, const char* path, theus_real_execv, (path, arguments))
THEUS_WATCHED_EXEC(execlp, const char* path, theus_real_execvp, (path, arguments))
THEUS_WATCHED_EXEC(execle, const char* path, theus_real_execve,
                   (path, arguments, va_arg(with, char* const*)))
THEUS_WATCHED_CALL(kill, int, (pid_t process, int signal), (process, signal), refused(-1))
THEUS_WATCHED_CALL(wait, pid_t, (int* to), (to), refused(pid_t(-1)))
THEUS_WATCHED_CALL(waitpid, pid_t, (pid_t child, int* to, int flags), (child, to, flags),
                   refused(pid_t(-1)))
THEUS_WATCHED_CALL(posix_spawn, int,
                   (pid_t * child, const char* path, const posix_spawn_file_actions_t* actions,
                    const posix_spawnattr_t* how, char* const* arguments, char* const* environment),
                   (child, path, actions, how, arguments, environment), EPERM)
THEUS_WATCHED_CALL(posix_spawnp, int,
                   (pid_t * child, const char* file, const posix_spawn_file_actions_t* actions,
                    const posix_spawnattr_t* how, char* const* arguments, char* const* environment),
                   (child, file, actions, how, arguments, environment), EPERM)
// The standard library waits by it for a static local that another thread makes.
THEUS_WATCHED(syscall, syscall, long, (long number, long a, long b, long c, long d, long e, long f),
              (number, a, b, c, d, e, f), number != SYS_futex, true, refused(-1L))

THEUS_WATCHED_CALL(getenv, char*, (const char* name), (name), nullptr)
THEUS_WATCHED_CALL(secure_getenv, char*, (const char* name), (name), nullptr)
THEUS_WATCHED_CALL(setenv, int, (const char* name, const char* value, int over),
                   (name, value, over), refused(-1))
THEUS_WATCHED_CALL(unsetenv, int, (const char* name), (name), refused(-1))
THEUS_WATCHED_CALL(putenv, int, (char* pair), (pair), refused(-1))
THEUS_WATCHED_CALL(clearenv, int, (), (), refused(-1))

// To ask which one is in use is no harm.
THEUS_WATCHED(setlocale, setlocale, char*, (int category, const char* to), (category, to),
              to != nullptr, true, nullptr)
