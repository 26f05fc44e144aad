#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include <theus/runtime.hpp>
#include <theus/tool_main.hpp>

#include "fast_clock.hpp"
#include "prove.hpp"
#include "provider.hpp"

namespace {

using namespace subscription;

constexpr const char* usage =
    "subscription bill FOLDER [MICROSECONDS]  bill a customer every month for a hundred years, on\n"
    "                                         a clock whose months take so long (4000); kill it\n"
    "                                         and call it again at will\n"
    "subscription prove FOLDER                prove from the files: 1,200 bills, each once, in\n"
    "                                         order\n"
    "subscription VERB …                      what every Theus program can do: subscription\n"
    "                                         --help; its journal is --journal FOLDER/journal\n"
    "                                         (SUBSCRIPTION_FOLDER names where bills are booked)\n";

// The clock goes on from the last bill: when the process died is nobody's business.
theus::time_point time_of_last(const subscription_folder& folder) {
  const auto bills = checkout::read_entries<bill>(folder.bills());
  return day_of(bills.empty() ? 1 : bills.back().month + 1);
}

int bill_for_a_century(const subscription_folder& folder, std::chrono::microseconds of_a_month) {
  std::filesystem::create_directories(folder.path);
  lazy_provider provider(folder);
  const theus::application app = make_application(provider);

  theus::runtime_options options;
  options.journal = folder.journal();
  options.clock = std::make_shared<fast_clock>(time_of_last(folder), of_a_month);
  // On that clock a month is not far away.
  options.engine.timer_horizon = std::chrono::hours(24 * 40);
  theus::runtime runtime(app, options);

  theus::start_options how;
  how.workflow_id = workflow_id;
  how.request_id = "ada";  // a start that is repeated after a crash is the same start
  customer ada;
  ada.name = "Ada";
  runtime.start("subscribe", how, ada);
  const auto cents = runtime.result<std::int64_t>(workflow_id);
  std::printf("%zu bills of %lld cents together\n", provider.book().size(),
              static_cast<long long>(cents));
  return 0;
}

int run(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "bill" && (argc == 3 || argc == 4)) {
    return bill_for_a_century({argv[2]},
                              std::chrono::microseconds(argc == 4 ? std::atoll(argv[3]) : 4'000));
  }
  if (verb == "prove" && argc == 3) return prove({argv[2]});
  if (verb == "bill" || verb == "prove" || verb.empty()) {
    std::fputs(usage, stderr);
    return 2;
  }
  const char* const named = std::getenv("SUBSCRIPTION_FOLDER");
  lazy_provider provider({named ? named : "."});
  const theus::application app = make_application(provider);
  return theus::tool_main(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "subscription: %s\n", e.what());
    return 1;
  }
}
