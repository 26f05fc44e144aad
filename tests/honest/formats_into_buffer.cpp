// C's formatting, into memory.
#include <cstdint>
#include <cstdio>
#include <string>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> formats_into_buffer(theus::context&) {
  char text[64];
  const int length = std::snprintf(text, sizeof text, "%05d-%s", 42, "tea");
  co_return length;
}

}  // namespace honest
