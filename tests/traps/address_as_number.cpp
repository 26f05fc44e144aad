// An address as a number.
// caught-by: tidy pointer_value
// message: addresses differ on replay; use an id that was recorded
// paranoid, but not under sanitizers: command differs
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

// [docs:wrong]
theus::workflow<std::int64_t> address_as_number([[maybe_unused]] theus::context& ctx) {
  const std::int64_t local = 0;
  co_return reinterpret_cast<std::intptr_t>(&local) % 64;  // here
}
// [docs:end]

}  // namespace traps
