#include "json_input.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "give a promise its value, or reject it";
constexpr const char* help = R"(
Answers once that is durable, whether or not a runtime holds the journal. A workflow makes a
promise and gives its token away, in a mail, say; who has the token settles the promise, once. The
same once more does no harm. The value is JSON; null when left out. With --reject, who awaits the
promise gets a failure of that type thrown.
While no runtime holds the journal, or the run is stuck, nobody looks whether the promise is still
open and takes the value: what was recorded first counts once the run goes on.
Exit code 2 when the token or the value does not fit, 3 when there is no such run or the promise
was withdrawn, 6 when it was settled otherwise before, or the run has finished.

Examples:
  resolve 5f2c9b0e8d1a47c3b6e0f4a29d7c1e58.3.9ac01b44 true
  resolve 5f2c9b0e8d1a47c3b6e0f4a29d7c1e58.3.9ac01b44 '{"by": "ann"}'
  resolve 5f2c9b0e8d1a47c3b6e0f4a29d7c1e58.3.9ac01b44 --reject too_late --message "after 17:00")";

struct resolve_options {
  journal_option journal;
  std::string token;
  std::string value = "null";
  std::string rejected_as;
  std::string message;
};

void resolve(resolve_options& options, invocation& call) {
  settle_request request{options.token, {}};
  if (options.rejected_as.empty()) {
    request.outcome = json_from_flag(options.value, "the promise's value");
  } else {
    request.outcome = journal::failure_info{options.rejected_as, options.message, {}};
  }
  options.journal.open(call)->settle(request);
}

}  // namespace

void add_resolve(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("resolve", summary);
  const auto options = std::make_shared<resolve_options>();
  options->journal.add_to(verb);
  verb.add_option("token", options->token, "the promise's token")->required();
  auto* value = verb.add_option("value", options->value, "its value as JSON");
  auto* type =
      verb.add_option("--reject", options->rejected_as, "reject it, with a failure of this type");
  type->excludes(value);
  type->check([](const std::string& text) {
    return text.empty() ? std::string("a failure has a type") : std::string();
  });
  verb.add_option("--message", options->message, "what the failure says to people")->needs(type);
  verb.footer(help);
  verb.callback([options, &call] { resolve(*options, call); });
}

}  // namespace theus::tool
