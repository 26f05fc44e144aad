#include <linux/futex.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/utsname.h>

#include <cstddef>
#include <cstdio>

#include "subjects.hpp"
#include "thread_watch.hpp"

using theus::guard::refused;

const char theus::guard::stands_before_the_process = 0;

THEUS_SEEN_CALL(getpid, pid_t, (), ())
THEUS_SEEN_CALL(getppid, pid_t, (), ())
THEUS_SEEN_CALL(gettid, pid_t, (), ())
THEUS_SEEN_CALL(sched_getcpu, int, (), ())
THEUS_SEEN_CALL(get_nprocs, int, (), ())
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
