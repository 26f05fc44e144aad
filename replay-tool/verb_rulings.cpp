#include "verb.hpp"

// What needs none of a run's code: that it ends, stands still, goes on.
namespace theus::tool {
namespace {

constexpr const char* terminate_summary = "end a run, without its code";
constexpr const char* terminate_help = R"(
Answers once the end is durable, whatever the run does: it may sleep, be stuck or be paused. The
workflow sees nothing of it and cleans nothing up; `cancel` asks it to. Who waits for the run is
told `terminated`, and its open children as their policy says. Again does no harm. Exit code 6
when the run had ended by itself.

Example:
  terminate order-17 --reason 'its code is beyond repair')";

constexpr const char* pause_summary = "let a run stand still";
constexpr const char* pause_help = R"(
Answers once that is durable. Until `resume` the run makes no turn, also in the next runtime. What
comes for it is kept, timers that come due wait, attempts that run go on to their end and none
begins. A cancellation waits, too; `terminate` does not. `list` and `show` say that it is paused.

Example:
  pause order-17 --reason 'until the bank answers')";

constexpr const char* resume_summary = "let a paused run go on";
constexpr const char* resume_help = R"(
It takes what came meanwhile, in order; a run that is not paused goes on as it is.

Example:
  resume order-17)";

struct ruling_options {
  journal_option journal;
  std::string id;
  std::string reason;
};

using with_reason = void (journal_access::*)(const std::string&, const std::string&);

void add_with_reason(CLI::App& cli, invocation& call, const char* name, const char* summary,
                     const char* help, with_reason ask) {
  auto& verb = *cli.add_subcommand(name, summary);
  const auto options = std::make_shared<ruling_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->id, "workflow id")->required();
  verb.add_option("--reason", options->reason, "recorded with the request");
  verb.footer(help);
  verb.callback([options, &call, ask] {
    const auto journal = options->journal.open(call);
    ((*journal).*ask)(options->id, options->reason);
  });
}

}  // namespace

void add_terminate(CLI::App& cli, invocation& call) {
  add_with_reason(cli, call, "terminate", terminate_summary, terminate_help,
                  &journal_access::terminate);
}

void add_pause(CLI::App& cli, invocation& call) {
  add_with_reason(cli, call, "pause", pause_summary, pause_help, &journal_access::pause);
}

void add_resume(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("resume", resume_summary);
  const auto options = std::make_shared<ruling_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->id, "workflow id")->required();
  verb.footer(resume_help);
  verb.callback([options, &call] { options->journal.open(call)->resume(options->id); });
}

}  // namespace theus::tool
