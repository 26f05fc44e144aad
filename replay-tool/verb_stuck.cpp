#include <ostream>

#include "theus/runtime/describe.hpp"

#include "json_out.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "list the runs that cannot go on, and why";
constexpr const char* help = R"(
A run is stuck when its next turn throws, when the code does not fit its history, or when its
workflow is not bound. It is kept as it is and tried again, ever more rarely; a mended binary goes
on with it. Without a runtime every unfinished run is replayed and its next turn tried, which
changes nothing.

Examples:
  stuck
  stuck --json | jq -r .reason)";

constexpr const char* retry_summary = "try a stuck run again now";
constexpr const char* retry_help = R"(
Needs a runtime that holds the journal.

Example:
  retry order-17)";

struct stuck_options {
  journal_option journal;
  bool json = false;
};

void stuck(const stuck_options& options, invocation& call) {
  for (const auto& run : options.journal.open(call)->stuck()) {
    if (options.json) {
      call.out << to_json(run) << '\n';
    } else {
      call.out << "workflow '" << shown(run.workflow_id) << "' run " << run.run.to_string()
               << ", next try " << to_text(run.next_try) << "\n  " << run.reason << '\n';
    }
  }
}

struct retry_options {
  journal_option journal;
  std::string id;
};

}  // namespace

void add_stuck(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("stuck", summary);
  const auto options = std::make_shared<stuck_options>();
  options->journal.add_to(verb);
  add_json_option(verb, options->json, "one JSON document a line, one for each run");
  verb.footer(help);
  verb.callback([options, &call] { stuck(*options, call); });
}

void add_retry(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("retry", retry_summary);
  const auto options = std::make_shared<retry_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->id, "workflow id")->required();
  verb.footer(retry_help);
  verb.callback([options, &call] { options->journal.open(call)->retry(options->id); });
}

}  // namespace theus::tool
