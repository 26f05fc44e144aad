#include "outcome.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "wait for a workflow and print its result";
constexpr const char* help = R"(
Waits for the newest run with the workflow id to finish and prints its result as JSON. Exit code
1 when it failed or was cancelled; standard error says why. Without a runtime, only a run that
has finished has a result.

Examples:
  result order-17
  result order-17 --timeout 30 --json)";

struct result_options {
  journal_option journal;
  std::string id;
  double timeout_s = 0;
  bool json = false;
};

void result(const result_options& options, invocation& call) {
  std::optional<std::chrono::milliseconds> timeout;
  if (options.timeout_s > 0) {
    timeout = std::chrono::ceil<std::chrono::milliseconds>(
        std::chrono::duration<double>(options.timeout_s));
  }
  const auto journal = options.journal.open(call);
  print_outcome(journal->wait(options.id, timeout), options.id, options.json, call);
}

}  // namespace

void add_result(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("result", summary);
  const auto options = std::make_shared<result_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->id, "workflow id")->required();
  verb.add_option("--timeout", options->timeout_s, "seconds to wait; exit code 8 when they pass")
      ->check(CLI::Range(0.001, 1e9));
  add_json_option(verb, options->json, "one JSON document");
  verb.footer(help);
  verb.callback([options, &call] { result(*options, call); });
}

}  // namespace theus::tool
