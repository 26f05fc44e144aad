#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "ask a running workflow to cancel";
constexpr const char* help = R"(
Answers once the request is durable. The workflow's pending awaits throw `cancelled`; it may
still clean up, and ends as cancelled unless it catches that.

Example:
  cancel order-17 --reason 'customer changed their mind')";

struct cancel_options {
  journal_option journal;
  std::string id;
  std::string reason;
};

}  // namespace

void add_cancel(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("cancel", summary);
  const auto options = std::make_shared<cancel_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->id, "workflow id")->required();
  verb.add_option("--reason", options->reason, "recorded with the request");
  verb.footer(help);
  verb.callback(
      [options, &call] { options->journal.open(call)->cancel(options->id, options->reason); });
}

}  // namespace theus::tool
