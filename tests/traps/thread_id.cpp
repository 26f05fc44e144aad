// The number of the thread, which is any of the shard's.
// caught-by: audit
// message: the process is another on replay; read it in an activity or pass it in
// guard: pthread_self
#include <cstdint>
#include <functional>
#include <thread>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> thread_id([[maybe_unused]] theus::context& ctx) {
  const std::hash<std::thread::id> number;
  co_return static_cast<std::int64_t>(number(std::this_thread::get_id()));  // here
}

}  // namespace traps
