#include "file_import.hpp"

namespace file_import {

// [docs:take_lines]
std::int64_t take_lines(
    theus::attempt& a, std::istream& from,
    const std::function<void(std::int64_t number, const std::string& line)>& take) {
  progress done = a.last_heartbeat<progress>().value_or(progress());
  from.seekg(done.bytes);
  for (std::string line; std::getline(from, line);) {
    take(done.lines, line);
    done.bytes += static_cast<std::int64_t>(line.size()) + 1;
    ++done.lines;
    if (!a.heartbeat(done)) throw theus::failure("stopped", "nobody wants the rest");
  }
  return done.lines;
}
// [docs:end]

}  // namespace file_import
