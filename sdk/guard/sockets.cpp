#include <netdb.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <cstddef>

#include "subjects.hpp"
#include "thread_watch.hpp"

using theus::guard::refused;

const char theus::guard::stands_before_sockets = 0;

THEUS_WATCHED_CALL(socket, int, (int domain, int type, int protocol), (domain, type, protocol),
                   refused(-1))
THEUS_WATCHED_CALL(bind, int, (int of, const sockaddr* to, socklen_t size), (of, to, size),
                   refused(-1))
THEUS_WATCHED_CALL(connect, int, (int of, const sockaddr* to, socklen_t size), (of, to, size),
                   refused(-1))
THEUS_WATCHED_CALL(listen, int, (int of, int backlog), (of, backlog), refused(-1))
THEUS_WATCHED_CALL(accept, int, (int of, sockaddr* from, socklen_t* size), (of, from, size),
                   refused(-1))
THEUS_WATCHED_AS(accept4, accept, int, (int of, sockaddr* from, socklen_t* size, int flags),
                 (of, from, size, flags), refused(-1))
THEUS_WATCHED_CALL(send, ssize_t, (int of, const void* what, std::size_t size, int flags),
                   (of, what, size, flags), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(sendto, ssize_t,
                   (int of, const void* what, std::size_t size, int flags, const sockaddr* to,
                    socklen_t to_size),
                   (of, what, size, flags, to, to_size), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(sendmsg, ssize_t, (int of, const msghdr* what, int flags), (of, what, flags),
                   refused(ssize_t(-1)))
THEUS_WATCHED_CALL(recv, ssize_t, (int of, void* to, std::size_t size, int flags),
                   (of, to, size, flags), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(recvfrom, ssize_t,
                   (int of, void* to, std::size_t size, int flags, sockaddr* from,
                    socklen_t* from_size),
                   (of, to, size, flags, from, from_size), refused(ssize_t(-1)))
THEUS_WATCHED_CALL(recvmsg, ssize_t, (int of, msghdr* to, int flags), (of, to, flags),
                   refused(ssize_t(-1)))
THEUS_WATCHED_CALL(getaddrinfo, int,
                   (const char* host, const char* service, const addrinfo* hints, addrinfo** to),
                   (host, service, hints, to), EAI_FAIL)
