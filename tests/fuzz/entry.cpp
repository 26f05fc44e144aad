#include <string>
#include <vector>

#include "fuzz/targets.hpp"

// What costs time and finds nothing more: an exception walks through the whole of each thread's
// fake stack, so it has its least size, which many frames fit; a message names enough of what
// allocated by twelve frames; what one input frees lies well within 32 MiB.
extern "C" const char* __asan_default_options() {
  return "min_uar_stack_size_log=16:max_uar_stack_size_log=16:malloc_context_size=12:"
         "quarantine_size_mb=32";
}

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
