// control_host FOLDER HURRY: a runtime with a real journal and a control socket in FOLDER, in a
// process of its own, for tests to be hostile to. Durations are HURRY times shorter than they are.
// Writes a line when it is open and after each command that it reads from standard input:
//   leave N     no more descriptors than those in use and N others
//   exhaust     takes all descriptors there are; relent gives them back
//   memory N    no more address space than what is in use and N MiB
// Ends with its standard input.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include "theus/runtime.hpp"
#include "theus/runtime/system_clock.hpp"
#include "theus/workflows.hpp"

// Read by AddressSanitizer, if it is there: freed memory is soon used again, so that tests can tell
// what the runtime needs.
extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=1:thread_local_quarantine_size_kb=64";
}

namespace {

constexpr theus::activity<int(int)> answer{"answer"};
constexpr theus::signal<std::string> text_signal{"text"};

theus::workflow<int> echo(theus::context& ctx, int number) {
  co_return co_await ctx.call(answer, number);
}

theus::workflow<std::string> keep(theus::context& ctx) {
  std::string last = co_await ctx.receive(text_signal);
  co_return last;
}

class hurried_clock final : public theus::wall_clock {
 public:
  explicit hurried_clock(int hurry) : hurry_(hurry) {}

  theus::journal::wall_time now() const override { return behind_->now(); }
  std::unique_ptr<alarm> set_alarm(const boost::asio::any_io_executor& where,
                                   theus::journal::wall_time when,
                                   std::function<void()> wake) override {
    return behind_->set_alarm(where, when, std::move(wake));
  }
  std::unique_ptr<alarm> set_delay(const boost::asio::any_io_executor& where,
                                   std::chrono::microseconds delay,
                                   std::function<void()> wake) override {
    return behind_->set_delay(where, delay / hurry_, std::move(wake));
  }

 private:
  int hurry_;
  std::unique_ptr<theus::wall_clock> behind_ = theus::make_system_clock();
};

void limit(int resource, rlim_t to) {
  rlimit allowed{};
  ::getrlimit(resource, &allowed);
  allowed.rlim_cur = to;
  if (::setrlimit(resource, &allowed) != 0) std::abort();
}

rlim_t highest_descriptor() {
  rlim_t highest = 0;
  for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd")) {
    highest = std::max<rlim_t>(highest, std::stoul(each.path().filename()));
  }
  return highest;
}

rlim_t address_space_bytes() {
  std::ifstream statm("/proc/self/statm");
  rlim_t pages = 0;
  statm >> pages;
  return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

void obey(const std::string& command, rlim_t number, std::vector<int>& taken) {
  if (command == "leave") {
    const rlim_t highest = highest_descriptor();
    for (int fd; rlim_t(fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) < highest;) {
      taken.push_back(fd);  // what lies free between those in use
    }
    limit(RLIMIT_NOFILE, highest + 2 + number);
  }
  if (command == "memory") limit(RLIMIT_AS, address_space_bytes() + (number << 20));
  if (command == "exhaust") {
    for (int fd; (fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) taken.push_back(fd);
  }
  if (command == "relent") {
    for (const int fd : taken) ::close(fd);
    taken.clear();
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  theus::application app;
  app.add("echo", echo);
  app.add("keep", keep);
  app.bind(answer, [](int number) { return number; });
  theus::runtime_options options;
  options.journal = arguments[1];
  options.clock = std::make_shared<hurried_clock>(std::atoi(arguments[2]));
  theus::runtime running(app, options);
  std::cout << "open" << std::endl;
  std::vector<int> taken;
  std::string command;
  for (rlim_t number = 0; std::cin >> command >> number;) {
    obey(command, number, taken);
    std::cout << "done" << std::endl;
  }
}
