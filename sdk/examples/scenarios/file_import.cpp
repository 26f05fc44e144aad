#include "file_import.hpp"

namespace file_import {

using namespace std::chrono_literals;

// [docs:import_file]
theus::workflow<std::int64_t> import_file(theus::context& ctx, std::string file) {
  std::string trouble;
  try {
    std::int64_t lines = co_await ctx.call(take_in, file)
                             .heartbeat_timeout(30s)   // one that hangs is found soon,
                             .schedule_to_start(1h)    // one that finds no place in an hour,
                             .schedule_to_close(24h);  // and a day is enough for any of them
    co_await ctx.call(archive, file);
    co_return lines;
  } catch (const theus::activity_failed& e) {
    trouble = e.type();
  }
  co_await ctx.call(set_aside, file, trouble);
  co_return -1;
}
// [docs:end]

}  // namespace file_import
