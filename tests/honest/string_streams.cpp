// Streams that are only memory.
#include <cstdint>
#include <iomanip>
#include <sstream>
#include <string>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> string_streams(theus::context&) {
  std::ostringstream out;
  out << std::setw(8) << std::setfill('0') << 42 << " cents";
  std::istringstream in(out.str());
  std::int64_t cents = 0;
  in >> cents;
  co_return cents;
}

}  // namespace honest
