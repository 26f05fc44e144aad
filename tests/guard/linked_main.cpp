#include <dlfcn.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "theus/application.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/workflows.hpp"

#include "guard/corpus_workflows.hpp"

// A program that is linked in another way than tests are. Runs workflows of tests/traps, which are
// linked into it or, with an argument, into that module, and one that does no wrong, and prints
// what the guard found.
namespace {

using theus::test::corpus_workflow;

corpus_workflow find(void* module, const char* name, const char* symbol) {
  if (!module) return theus::test::trap_workflows.at(name);
  return reinterpret_cast<corpus_workflow>(::dlsym(module, symbol));
}

theus::workflow<std::int64_t> allocates([[maybe_unused]] theus::context& ctx) {
  std::vector<std::unique_ptr<std::int64_t>> numbers;
  for (std::int64_t i = 0; i < 100; ++i) numbers.push_back(std::make_unique<std::int64_t>(i));
  co_return *numbers.back();
}

void run(const char* name, corpus_workflow function) {
  theus::application app;
  app.add(name, function);
  theus::machine code(*app.bound().workflows.at(name), app.bound().watched({}));
  theus::journal::started begun;
  begun.workflow_type = name;
  begun.arguments = "[]";
  const theus::journal::event start = begun;
  const auto stepped = code.step({}, {{}, {}, {&start, 1}});
  const auto* bug = std::get_if<theus::workflow_bug>(&stepped);
  std::printf("%s: %s\n", name, bug ? bug->explain().c_str() : "not found");
}

}  // namespace

int main(int argc, char** argv) {
  void* const module = argc > 1 ? ::dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (argc > 1 && !module) return std::fprintf(stderr, "%s\n", ::dlerror()), 2;
  constexpr const char* wanted[][2] = {
      {"environment", "_ZN5traps11environmentERN5theus7contextE"},
      {"system_clock", "_ZN5traps12system_clockERN5theus7contextE"},
      {"reads_file", "_ZN5traps10reads_fileERN5theus7contextE"},
      {"std_thread", "_ZN5traps10std_threadERN5theus7contextE"},
      {"thread_id", "_ZN5traps9thread_idERN5theus7contextE"},
      {"opens_socket", "_ZN5traps12opens_socketERN5theus7contextE"},
      {"kernel_random", "_ZN5traps13kernel_randomERN5theus7contextE"},
      {"prints_puts", "_ZN5traps11prints_putsERN5theus7contextE"},
  };
  for (const auto& [name, symbol] : wanted) {
    const corpus_workflow function = find(module, name, symbol);
    if (!function) return std::fprintf(stderr, "no %s\n", name), 2;
    run(name, function);
  }
  run("allocates", allocates);
  return 0;
}
