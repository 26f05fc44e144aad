// When it was compiled.
// caught-by: compiler
// message: date
#include <cstdint>

#include <theus/workflows.hpp>

namespace traps {

theus::workflow<std::int64_t> build_time([[maybe_unused]] theus::context& ctx) {
  co_return sizeof(__TIME__) + __TIME__[7];  // here
}

}  // namespace traps
