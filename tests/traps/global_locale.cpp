// Changes the locale of streams.
// caught-by: lint, audit
// message: it changes what others print and read, in the middle of a turn; leave it alone
// guard: setlocale
#include <cstdint>
#include <locale>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> global_locale([[maybe_unused]] theus::context& ctx) {
  std::locale::global(std::locale::classic());  // here
  co_return 1;
}

}  // namespace traps
