// Included first into every workflow source: what would differ on replay is an error where it is
// written, in words that say what to use instead. docs/determinism.md has the list for readers.
//
// The declarations below are those of the C library and of libstdc++ with an attribute added, made
// before the headers that define them: redeclarations inherit it, so std::time has it too. Within
// system headers the warnings are silent, so what these are made of keeps compiling.
// docs/decisions/0013-how-sources-are-poisoned.md says what else was tried.
//
// An allowed name (ALLOW in theus_workflow_sources) is defined as THEUS_ALLOWS_<name>, `0,`, with _
// for each other character. THEUS_LINT_MARKS_ONLY leaves the marks for the audit and nothing else.
#pragma once
#pragma GCC system_header

// Seen by the audit, removed by the linker: this object was made from a workflow source.
__asm__(".pushsection .theus.workflow,\"e\",@progbits\n.asciz \"workflow\"\n.popsection");

#ifndef THEUS_LINT_MARKS_ONLY

#ifdef __FAST_MATH__
#error "theus: -ffast-math makes sums depend on how they were optimised; leave it out for workflows"
#endif

#define THEUS_PICK_SECOND(first, second, ...) second
#define THEUS_PICK(...) THEUS_PICK_SECOND(__VA_ARGS__)
#define THEUS_POISON(name, advice) \
  THEUS_PICK(THEUS_ALLOWS_##name, [[deprecated("theus: " advice)]], )

#define THEUS_CLOCK "the hour is another on replay; use ctx.now()"
#define THEUS_DRAW "the number is another on replay; use ctx.random() or ctx.uuid()"
#define THEUS_LIBRARY_DRAW \
  "its numbers differ between standard libraries, and so between builds; use ctx.random()"
#define THEUS_SLEEP "it blocks the shard and is forgotten in a crash; use co_await ctx.sleep(d)"
#define THEUS_STRAND                                                                            \
  "a run is one strand, and replay knows no other; use theus::all and theus::any, and threads " \
  "only "                                                                                       \
  "in activities"
#define THEUS_LOCK                                                                               \
  "nobody else has what a run works with, and a lock is not there after replay; await a signal " \
  "or "                                                                                          \
  "an activity"
#define THEUS_SURROUNDINGS "the process is another on replay; read it in an activity or pass it in"
#define THEUS_FILE "what it reads or writes is not recorded; use files in an activity"
#define THEUS_NETWORK "what it receives is not recorded; use sockets in an activity"
#define THEUS_PRINT "it is printed again by every replay; use ctx.log(text)"
#define THEUS_LOCALE \
  "it changes what others print and read, in the middle of a turn; leave it alone"
#define THEUS_ZONE "the machine's time zone may be another on replay; convert in an activity"

#include <features.h>
#include <stddef.h>

#ifdef __GLIBC__
#include <bits/types.h>
#include <bits/types/FILE.h>
#include <bits/types/clock_t.h>
#include <bits/types/clockid_t.h>
#include <bits/types/struct_timespec.h>
#include <bits/types/struct_timeval.h>
#include <bits/types/struct_tm.h>
#include <bits/types/time_t.h>

struct sockaddr;

extern "C" {
// clang-format off
THEUS_POISON(time, THEUS_CLOCK) time_t time(time_t*) noexcept;
THEUS_POISON(clock, THEUS_CLOCK) clock_t clock() noexcept;
THEUS_POISON(clock_gettime, THEUS_CLOCK) int clock_gettime(clockid_t, timespec*) noexcept;
THEUS_POISON(timespec_get, THEUS_CLOCK) int timespec_get(timespec*, int) noexcept;
THEUS_POISON(gettimeofday, THEUS_CLOCK) int gettimeofday(timeval*, void*) noexcept;
THEUS_POISON(localtime, THEUS_ZONE) tm* localtime(const time_t*) noexcept;
THEUS_POISON(localtime_r, THEUS_ZONE) tm* localtime_r(const time_t*, tm*) noexcept;
THEUS_POISON(mktime, THEUS_ZONE) time_t mktime(tm*) noexcept;
THEUS_POISON(ctime, THEUS_ZONE) char* ctime(const time_t*) noexcept;

THEUS_POISON(rand, THEUS_DRAW) int rand() noexcept;
THEUS_POISON(srand, THEUS_DRAW) void srand(unsigned) noexcept;
THEUS_POISON(rand_r, THEUS_LIBRARY_DRAW) int rand_r(unsigned*) noexcept;
THEUS_POISON(random, THEUS_DRAW) long random() noexcept;
THEUS_POISON(srandom, THEUS_DRAW) void srandom(unsigned) noexcept;
THEUS_POISON(drand48, THEUS_DRAW) double drand48() noexcept;
THEUS_POISON(lrand48, THEUS_DRAW) long lrand48() noexcept;
THEUS_POISON(mrand48, THEUS_DRAW) long mrand48() noexcept;
THEUS_POISON(getrandom, THEUS_DRAW) __ssize_t getrandom(void*, size_t, unsigned);
THEUS_POISON(getentropy, THEUS_DRAW) int getentropy(void*, size_t);

THEUS_POISON(sleep, THEUS_SLEEP) unsigned sleep(unsigned);
THEUS_POISON(usleep, THEUS_SLEEP) int usleep(__useconds_t);
THEUS_POISON(nanosleep, THEUS_SLEEP) int nanosleep(const timespec*, timespec*);

THEUS_POISON(getenv, THEUS_SURROUNDINGS) char* getenv(const char*) noexcept;
THEUS_POISON(secure_getenv, THEUS_SURROUNDINGS) char* secure_getenv(const char*) noexcept;
THEUS_POISON(setenv, THEUS_SURROUNDINGS) int setenv(const char*, const char*, int) noexcept;
THEUS_POISON(unsetenv, THEUS_SURROUNDINGS) int unsetenv(const char*) noexcept;
THEUS_POISON(putenv, THEUS_SURROUNDINGS) int putenv(char*) noexcept;
THEUS_POISON(getpid, THEUS_SURROUNDINGS) __pid_t getpid() noexcept;
THEUS_POISON(getppid, THEUS_SURROUNDINGS) __pid_t getppid() noexcept;
THEUS_POISON(gettid, THEUS_SURROUNDINGS) __pid_t gettid() noexcept;
THEUS_POISON(gethostname, THEUS_SURROUNDINGS) int gethostname(char*, size_t) noexcept;
THEUS_POISON(fork, THEUS_SURROUNDINGS) __pid_t fork() noexcept;
THEUS_POISON(system, THEUS_SURROUNDINGS) int system(const char*);

THEUS_POISON(open, THEUS_FILE) int open(const char*, int, ...);
THEUS_POISON(read, THEUS_FILE) __ssize_t read(int, void*, size_t);
THEUS_POISON(write, THEUS_FILE) __ssize_t write(int, const void*, size_t);
THEUS_POISON(fopen, THEUS_FILE) FILE* fopen(const char*, const char*);
THEUS_POISON(popen, THEUS_FILE) FILE* popen(const char*, const char*);
THEUS_POISON(remove, THEUS_FILE) int remove(const char*) noexcept;
THEUS_POISON(rename, THEUS_FILE) int rename(const char*, const char*) noexcept;
THEUS_POISON(unlink, THEUS_FILE) int unlink(const char*) noexcept;

THEUS_POISON(socket, THEUS_NETWORK) int socket(int, int, int) noexcept;
THEUS_POISON(send, THEUS_NETWORK) __ssize_t send(int, const void*, size_t, int);
THEUS_POISON(recv, THEUS_NETWORK) __ssize_t recv(int, void*, size_t, int);

THEUS_POISON(printf, THEUS_PRINT) int printf(const char*, ...);
THEUS_POISON(fprintf, THEUS_PRINT) int fprintf(FILE*, const char*, ...);
THEUS_POISON(puts, THEUS_PRINT) int puts(const char*);
THEUS_POISON(putchar, THEUS_PRINT) int putchar(int);
THEUS_POISON(fputs, THEUS_PRINT) int fputs(const char*, FILE*);
THEUS_POISON(fwrite, THEUS_PRINT) size_t fwrite(const void*, size_t, size_t, FILE*);

THEUS_POISON(setlocale, THEUS_LOCALE) char* setlocale(int, const char*) noexcept;
}
#endif

#ifdef __cplusplus
#include <chrono>
#include <iosfwd>
#include <locale>

#ifdef __GLIBCXX__
namespace std {

class THEUS_POISON(std__random_device, THEUS_DRAW) random_device;
template <class> class THEUS_POISON(std__uniform_int_distribution, THEUS_LIBRARY_DRAW)
    uniform_int_distribution;
template <class> class THEUS_POISON(std__uniform_real_distribution, THEUS_LIBRARY_DRAW)
    uniform_real_distribution;
template <class> class THEUS_POISON(std__normal_distribution, THEUS_LIBRARY_DRAW)
    normal_distribution;
template <class> class THEUS_POISON(std__exponential_distribution, THEUS_LIBRARY_DRAW)
    exponential_distribution;
template <class> class THEUS_POISON(std__poisson_distribution, THEUS_LIBRARY_DRAW)
    poisson_distribution;
template <class> class THEUS_POISON(std__discrete_distribution, THEUS_LIBRARY_DRAW)
    discrete_distribution;
class THEUS_POISON(std__bernoulli_distribution, THEUS_LIBRARY_DRAW) bernoulli_distribution;
template <class Iterator, class Generator>
THEUS_POISON(std__shuffle, THEUS_LIBRARY_DRAW) void shuffle(Iterator, Iterator, Generator&&);

class THEUS_POISON(std__thread, THEUS_STRAND) thread;
class THEUS_POISON(std__jthread, THEUS_STRAND) jthread;
template <class> class THEUS_POISON(std__future, THEUS_STRAND) future;
template <class> class THEUS_POISON(std__shared_future, THEUS_STRAND) shared_future;
template <class> class THEUS_POISON(std__promise, THEUS_STRAND) promise;
template <class> class THEUS_POISON(std__packaged_task, THEUS_STRAND) packaged_task;
class THEUS_POISON(std__mutex, THEUS_LOCK) mutex;
class THEUS_POISON(std__recursive_mutex, THEUS_LOCK) recursive_mutex;
class THEUS_POISON(std__timed_mutex, THEUS_LOCK) timed_mutex;
class THEUS_POISON(std__shared_mutex, THEUS_LOCK) shared_mutex;
class THEUS_POISON(std__condition_variable, THEUS_LOCK) condition_variable;
class THEUS_POISON(std__latch, THEUS_LOCK) latch;
template <ptrdiff_t> class THEUS_POISON(std__counting_semaphore, THEUS_LOCK) counting_semaphore;
template <class> class THEUS_POISON(std__barrier, THEUS_LOCK) barrier;

template <class Char, class Traits> class THEUS_POISON(std__ifstream, THEUS_FILE) basic_ifstream;
template <class Char, class Traits> class THEUS_POISON(std__ofstream, THEUS_FILE) basic_ofstream;
template <class Char, class Traits> class THEUS_POISON(std__fstream, THEUS_FILE) basic_fstream;
using ifstream THEUS_POISON(std__ifstream, THEUS_FILE) = basic_ifstream<char>;
using ofstream THEUS_POISON(std__ofstream, THEUS_FILE) = basic_ofstream<char>;
using fstream THEUS_POISON(std__fstream, THEUS_FILE) = basic_fstream<char>;

extern istream cin THEUS_POISON(std__cin, THEUS_FILE);
extern ostream cout THEUS_POISON(std__cout, THEUS_PRINT);
extern ostream cerr THEUS_POISON(std__cerr, THEUS_PRINT);
extern ostream clog THEUS_POISON(std__clog, THEUS_PRINT);

namespace this_thread {
THEUS_POISON(std__this_thread__yield, THEUS_SLEEP) void yield() noexcept;
template <class Rep, class Period>
THEUS_POISON(std__this_thread__sleep_for, THEUS_SLEEP)
void sleep_for(const chrono::duration<Rep, Period>&);
template <class Clock, class Duration>
THEUS_POISON(std__this_thread__sleep_until, THEUS_SLEEP)
void sleep_until(const chrono::time_point<Clock, Duration>&);
}  // namespace this_thread

// More constrained than the library's, so chosen before it: a declaration of std::async itself
// would need what only its header defines. No use of it compiles.
#ifndef THEUS_ALLOWS_std__async
enum class launch;
template <class Function, class... Args>
  requires true
THEUS_POISON(std__async, THEUS_STRAND) future<void> async(Function&&, Args&&...);
template <class Function, class... Args>
  requires true
THEUS_POISON(std__async, THEUS_STRAND) future<void> async(launch, Function&&, Args&&...);
#endif

// Members cannot be declared before their class. clang takes the attribute from a definition, here
// one that is never emitted, and g++ from a friend declaration.
#ifdef __clang__
#define THEUS_POISON_MEMBER(name, advice, type, member, result) \
  THEUS_POISON(name, advice)                                    \
  [[gnu::gnu_inline, gnu::noinline]] inline type member { return result; }
#else
#define THEUS_POISON_GNU(advice) __attribute__((deprecated("theus: " advice)))
#define THEUS_POISON_MEMBER(name, advice, type, member, result) \
  struct theus_lint_##name {                                    \
    friend type member THEUS_PICK(THEUS_ALLOWS_##name, THEUS_POISON_GNU(advice), ); \
  };
#endif
THEUS_POISON_MEMBER(std__chrono__system_clock__now, THEUS_CLOCK,
                    chrono::system_clock::time_point, chrono::system_clock::now() noexcept, {})
THEUS_POISON_MEMBER(std__chrono__steady_clock__now, THEUS_CLOCK,
                    chrono::steady_clock::time_point, chrono::steady_clock::now() noexcept, {})
THEUS_POISON_MEMBER(std__locale__global, THEUS_LOCALE, locale, locale::global(const locale& next),
                    next)
// clang-format on
}  // namespace std
#endif
#endif

#pragma GCC diagnostic error "-Wdeprecated-declarations"
#endif
