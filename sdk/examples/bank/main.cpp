#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>
#include <string>
#include <string_view>

#include <theus/runtime.hpp>
#include <theus/tool_main.hpp>

#include "ledger.hpp"
#include "prove.hpp"

namespace bank {

day_plan make_plan() {
  day_plan plan;
  for (int i = 0; i < 10; ++i) plan.accounts["account-" + std::to_string(i)] = 100'000;
  std::mt19937_64 random(1);
  for (int i = 0; i < 240; ++i) {
    const std::uint64_t from = random() % 10;
    const std::uint64_t to = (from + 1 + random() % 9) % 10;
    transfer t;
    t.id = "transfer-" + std::to_string(i);
    t.from = "account-" + std::to_string(from);
    t.to = "account-" + std::to_string(to);
    t.cents = 100 * static_cast<std::int64_t>(1 + random() % 3);
    plan.transfers.push_back(t);
  }
  return plan;
}

theus::application make_application(const bank_folder& folder) {
  theus::application app;
  app.add("business_day", business_day);
  app.bind(screen,
           [&folder](const transfer& t) { checkout::line_file(folder.screened()).append(t.id); });
  return app;
}

namespace {

constexpr const char* usage =
    "bank day FOLDER     move money between accounts all day; kill it and call it again at will\n"
    "bank prove FOLDER   prove from the files that each transfer was made once and none was lost\n"
    "bank VERB …         what every Theus program can do: bank --help; its journal is\n"
    "                    --journal FOLDER/journal (BANK_FOLDER names where screenings are noted)\n";

int run_day(const bank_folder& folder) {
  std::filesystem::create_directories(folder.path);
  const theus::application app = make_application(folder);
  theus::runtime_options options;
  options.journal = folder.journal();
  theus::runtime runtime(app, options);
  theus::start_options how;
  how.workflow_id = workflow_id;
  how.request_id = "monday";  // a start that is repeated after a crash is the same start
  runtime.start("business_day", how, make_plan());
  const auto result = runtime.result<evening>(workflow_id);
  std::printf("%lld cents, %lld rounds, %lld conflicts\n",
              static_cast<long long>(result.total_cents), static_cast<long long>(result.rounds),
              static_cast<long long>(result.conflicts));
  return 0;
}

int run(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "day" && argc == 3) return run_day({argv[2]});
  if (verb == "prove" && argc == 3) return prove({argv[2]});
  if (verb == "day" || verb == "prove" || verb.empty()) {
    std::fputs(usage, stderr);
    return 2;
  }
  const char* const named = std::getenv("BANK_FOLDER");
  const bank_folder folder{named ? named : "."};
  const theus::application app = make_application(folder);
  return theus::tool_main(app, argc, argv);
}

}  // namespace
}  // namespace bank

int main(int argc, char** argv) {
  try {
    return bank::run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bank: %s\n", e.what());
    return 1;
  }
}
