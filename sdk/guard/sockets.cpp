#include <netdb.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <cstddef>
#include <ctime>

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
THEUS_WATCHED_AS(__recv_chk, recv, ssize_t,
                 (int of, void* to, std::size_t size, std::size_t room, int flags),
                 (of, to, size, room, flags), refused(ssize_t(-1)))
THEUS_WATCHED_AS(__recvfrom_chk, recvfrom, ssize_t,
                 (int of, void* to, std::size_t size, std::size_t room, int flags, sockaddr* from,
                  socklen_t* from_size),
                 (of, to, size, room, flags, from, from_size), refused(ssize_t(-1)))
THEUS_WATCHED_AS(sendmmsg, sendmsg, int, (int of, void* what, unsigned count, int flags),
                 (of, what, count, flags), refused(-1))
THEUS_WATCHED_AS(recvmmsg, recvmsg, int,
                 (int of, void* to, unsigned count, int flags, timespec* timeout),
                 (of, to, count, flags, timeout), refused(-1))
THEUS_WATCHED_CALL(socketpair, int, (int domain, int type, int protocol, int* to),
                   (domain, type, protocol, to), refused(-1))
THEUS_WATCHED_CALL(gethostbyname, hostent*, (const char* host), (host), nullptr)
THEUS_WATCHED_CALL(getnameinfo, int,
                   (const sockaddr* of, socklen_t size, char* host, socklen_t host_size,
                    char* service, socklen_t service_size, int flags),
                   (of, size, host, host_size, service, service_size, flags), EAI_FAIL)
