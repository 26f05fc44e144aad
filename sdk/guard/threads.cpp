#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <threads.h>
#include <time.h>

#include <cstddef>

#include "subjects.hpp"
#include "thread_watch.hpp"

using theus::guard::refused;

const char theus::guard::stands_before_threads = 0;

THEUS_WATCHED_CALL(pthread_create, int,
                   (pthread_t * thread, const pthread_attr_t* how, void* (*run)(void*), void* with),
                   (thread, how, run, with), EPERM)
THEUS_WATCHED_CALL(pthread_join, int, (pthread_t thread, void** with), (thread, with), EPERM)
THEUS_SEEN_CALL(pthread_self, pthread_t, (), ())
THEUS_WATCHED_CALL(thrd_create, int, (thrd_t * thread, thrd_start_t run, void* with),
                   (thread, run, with), thrd_error)

THEUS_WATCHED_CALL(thrd_join, int, (thrd_t thread, int* with), (thread, with), thrd_error)
THEUS_WATCHED_AS(thrd_current, pthread_self, thrd_t, (), (), thrd_t())

// One that does not sleep is over at once.
THEUS_WATCHED_CALL(nanosleep, int, (const timespec* long_, timespec* left), (long_, left), 0)
THEUS_WATCHED_CALL(clock_nanosleep, int,
                   (clockid_t which, int flags, const timespec* until, timespec* left),
                   (which, flags, until, left), 0)
THEUS_WATCHED_CALL(usleep, int, (unsigned microseconds), (microseconds), 0)
THEUS_WATCHED_CALL(sleep, unsigned, (unsigned seconds), (seconds), 0)
THEUS_WATCHED_CALL(thrd_sleep, int, (const timespec* long_, timespec* left), (long_, left), 0)
THEUS_WATCHED_CALL(sched_yield, int, (), (), 0)
THEUS_WATCHED_AS(thrd_yield, sched_yield, void, (), (), void())
THEUS_WATCHED_CALL(alarm, unsigned, (unsigned seconds), (seconds), 0)
THEUS_WATCHED_CALL(sigwait, int, (const sigset_t* of, int* to), (of, to), EPERM)
THEUS_WATCHED_CALL(pause, int, (), (), refused(-1))

THEUS_WATCHED_CALL(poll, int, (pollfd * of, nfds_t count, int timeout), (of, count, timeout),
                   refused(-1))
THEUS_WATCHED_CALL(ppoll, int,
                   (pollfd * of, nfds_t count, const timespec* timeout, const sigset_t* mask),
                   (of, count, timeout, mask), refused(-1))
THEUS_WATCHED_CALL(select, int, (int count, fd_set* r, fd_set* w, fd_set* e, timeval* timeout),
                   (count, r, w, e, timeout), refused(-1))
THEUS_WATCHED_CALL(epoll_wait, int, (int of, epoll_event* events, int most, int timeout),
                   (of, events, most, timeout), refused(-1))
THEUS_WATCHED_AS(epoll_pwait, epoll_wait, int,
                 (int of, epoll_event* events, int most, int timeout, const sigset_t* mask),
                 (of, events, most, timeout, mask), refused(-1))
THEUS_WATCHED_AS(pselect, select, int,
                 (int count, fd_set* r, fd_set* w, fd_set* e, const timespec* timeout,
                  const sigset_t* mask),
                 (count, r, w, e, timeout, mask), refused(-1))
THEUS_WATCHED_AS(__poll_chk, poll, int, (pollfd * of, nfds_t count, int timeout, std::size_t room),
                 (of, count, timeout, room), refused(-1))
THEUS_WATCHED_AS(__ppoll_chk, ppoll, int,
                 (pollfd * of, nfds_t count, const timespec* timeout, const sigset_t* mask,
                  std::size_t room),
                 (of, count, timeout, mask, room), refused(-1))
