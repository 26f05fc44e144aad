// Numbers out of text, with an error for what is none.
#include <cstdint>
#include <stdexcept>
#include <string>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> parses_text(theus::context&) {
  std::int64_t sum = 0;
  for (const char* each : {"1", "20", "tea"}) {
    try {
      sum += std::stoll(each);
    } catch (const std::invalid_argument&) {
      sum += 1000;
    }
  }
  co_return sum;
}

}  // namespace honest
