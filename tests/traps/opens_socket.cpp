// Opens a socket.
// caught-by: lint, audit
// message: what it receives is not recorded; use sockets in an activity
// guard: socket
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> opens_socket([[maybe_unused]] theus::context& ctx) {
  const int peer = socket(AF_UNIX, SOCK_STREAM, 0);  // here
  co_return close(peer);
}

}  // namespace traps
