// Numbers to text and back.
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> formats_numbers(theus::context&) {
  char text[32];
  const auto written = std::to_chars(text, text + sizeof text, 42.5);
  double back = 0;
  std::from_chars(text, written.ptr, back);
  co_return static_cast<std::int64_t>(back * 2);
}

}  // namespace honest
