// counting_victim FOLDER: runs one workflow whose activity counts to 12 and says with each number
// how far it is. Standard output: "from N" when an attempt begins, "said N", "done N" at the end.
// heartbeat_kill_test.cpp kills it at its heartbeats and starts it again.
#include <chrono>
#include <cstdio>
#include <exception>
#include <thread>

#include "theus/application.hpp"
#include "theus/runtime.hpp"
#include "theus/workflows.hpp"

namespace {

using namespace std::chrono_literals;

constexpr theus::activity<int()> count{"count"};

theus::workflow<int> counts(theus::context& ctx) {
  co_return co_await ctx.call(count).heartbeat_timeout(1s).schedule_to_start(1min);
}

void say(const char* what, int number) {
  std::printf("%s %d\n", what, number);
  std::fflush(stdout);
}

int count_on(theus::attempt& a) {
  int reached = a.last_heartbeat<int>().value_or(0);
  say("from", reached);
  while (reached < 12) {
    say("said", ++reached);
    a.heartbeat(reached);
    std::this_thread::sleep_for(30ms);
  }
  return reached;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  theus::application app;
  app.add("counts", counts);
  app.bind(count, count_on);
  try {
    theus::runtime_options options;
    options.journal = argv[1];
    options.control_socket = false;
    theus::runtime runtime(app, options);
    runtime.start("counts", {.workflow_id = "one", .request_id = "one"});
    say("done", runtime.result<int>("one"));
    return 0;
  } catch (const std::exception& e) {
    std::printf("failed: %s\n", e.what());
    return 1;
  }
}
