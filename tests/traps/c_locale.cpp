// Changes the locale of C.
// caught-by: lint, audit
// message: it changes what others print and read, in the middle of a turn; leave it alone
// guard: setlocale
#include <clocale>
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

// [docs:wrong]
theus::workflow<std::int64_t> c_locale([[maybe_unused]] theus::context& ctx) {
  co_return std::setlocale(LC_ALL, "C") ? 1 : 0;  // here
}
// [docs:end]

}  // namespace traps
