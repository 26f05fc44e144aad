#include <ostream>

#include "json_input.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "send a signal to a running workflow";
constexpr const char* help = R"(
Answers once the signal is durable, whether or not a runtime holds the journal. It goes to the
newest run with the workflow id and waits there until the workflow receives it. The value is
JSON; null when left out.

Examples:
  signal order-17 approved true
  signal order-17 note '"call back"' --request-id mail-93     delivered once
  signal -- sensor-4 reading -5        behind -- nothing is taken for a flag)";

struct signal_options {
  journal_option journal;
  signal_request request;
  std::string value = "null";
};

void signal(signal_options& options, invocation& call) {
  options.request.value = json_from_flag(options.value, "the signal's value");
  options.journal.open(call)->signal(options.request);
}

}  // namespace

void add_signal(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("signal", summary);
  const auto options = std::make_shared<signal_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->request.workflow_id, "workflow id")->required();
  verb.add_option("name", options->request.name, "name of the signal")->required();
  verb.add_option("value", options->value, "its value as JSON");
  verb.add_option("--request-id", options->request.request_id,
                  "the same one again is not delivered a second time");
  verb.footer(help);
  verb.callback([options, &call] { signal(*options, call); });
}

}  // namespace theus::tool
