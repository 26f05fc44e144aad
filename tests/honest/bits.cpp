// Bits and bytes of numbers.
#include <bit>
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> bits(theus::context&) {
  const std::uint64_t value = 0x0123456789ABCDEF;
  co_return std::popcount(std::rotl(value, 8)) + std::countl_zero(value);
}

}  // namespace honest
