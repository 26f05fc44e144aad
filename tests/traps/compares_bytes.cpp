// Compares objects with the bytes between their members.
// caught-by: tidy object_bytes
// message: the bytes between members are not the value, and differ; compare or hash the members
#include <cstdint>
#include <cstring>

#include <theus/workflows.hpp>

namespace traps {
namespace in_compares_bytes {

struct parcel {
  char size;
  std::int64_t grams;
};

}  // namespace in_compares_bytes

// [docs:wrong]
theus::workflow<std::int64_t> compares_bytes([[maybe_unused]] theus::context& ctx) {
  using namespace in_compares_bytes;
  const parcel a{1, 2};
  const parcel b{1, 2};
  co_return std::memcmp(&a, &b, sizeof a) == 0 ? 1 : 0;  // here
}
// [docs:end]

}  // namespace traps
