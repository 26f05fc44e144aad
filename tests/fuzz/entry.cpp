#include <string>
#include <vector>

#include "fuzz/targets.hpp"

// libFuzzer's way into one target. Its limits come first on the command line, so that options given
// by hand win over them.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  static std::vector<std::string> limits{
      "-max_len=" THEUS_FUZZ_MAX_LEN, "-malloc_limit_mb=" THEUS_FUZZ_MALLOC_MB,
      "-rss_limit_mb=" THEUS_FUZZ_RSS_MB, "-timeout=10", "-print_final_stats=1"};
  static std::vector<char*> arguments{**argv};
  for (auto& each : limits) arguments.push_back(each.data());
  arguments.insert(arguments.end(), *argv + 1, *argv + *argc);
  arguments.push_back(nullptr);
  *argc = int(arguments.size()) - 1;
  *argv = arguments.data();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  theus::fuzz::THEUS_FUZZ_TARGET({data, size});
  return 0;
}
