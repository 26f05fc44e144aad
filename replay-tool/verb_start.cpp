#include <iostream>
#include <map>
#include <optional>

#include "theus/runtime/random.hpp"

#include "json_input.hpp"
#include "json_out.hpp"
#include "outcome.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "start a workflow";
constexpr const char* help = R"(
Answers once the start is durable. While no runtime holds the journal the start is recorded all
the same, and the next `run` takes it up. The arguments are JSON: one --arg for each, in order,
or all of them as one array. --policy says what becomes of an id that was used: reject (an open run
keeps it), join (an open run is the answer), replace (an open run is terminated first),
after-failure (as reject, and a run that completed is the last). With --signal a signal is recorded
with the start, or sent to the run that has the id. Both need a runtime that holds the journal.

Examples:
  start checkout --id order-17 --arg '{"id":"order-17","cents":4200}'
  start checkout --args '[{"id":"order-17","cents":4200}]' --wait
  start nightly --request-id 2026-11-22      again with this request id: the same run
  start checkout --args-file order.json
  start nightly --id nightly --policy replace
  start cart --id cart-17 --signal added --signal-value '"a chair"')";

struct start_options {
  journal_option journal;
  std::string workflow;
  std::string id;
  std::string request_id;
  std::string args;
  std::vector<std::string> arg;
  std::filesystem::path args_file;
  id_policy policy = id_policy::reject;
  std::string signal;
  std::string signal_value = "null";
  bool wait = false;
  bool json = false;
};

journal::payload arguments_of(const start_options& options) {
  if (!options.args_file.empty()) return json_from_file(options.args_file);
  return arguments_from_flags(options.args, options.arg, "--args");
}

std::string to_json(const start_reply& reply, const std::string& workflow_id) {
  json_out out;
  out.raw().begin_object();
  out.member("workflow_id", workflow_id);
  out.member("run", reply.run.to_string());
  out.member("already_started", reply.already_started);
  out.raw().end_object();
  return out.take();
}

void start(const start_options& options, invocation& call) {
  start_request request;
  request.workflow_type = options.workflow;
  request.workflow_id = options.id.empty() ? system_entropy().uuid().to_string() : options.id;
  request.request_id = options.request_id;
  request.arguments = arguments_of(options);
  request.policy = options.policy;
  if (!options.signal.empty()) {
    request.signal = {options.signal, json_from_flag(options.signal_value, "the signal's value")};
  }
  // The journal's folder is not made for a workflow that does not exist.
  if (!call.app.bound().workflows.contains(options.workflow)) {
    std::string known;
    for (const auto& [name, type] : call.app.bound().workflows) known += " " + name;
    throw error_exception(
        {errc::unknown_workflow, "no workflow named '" + options.workflow +
                                     "' is bound in this application; it has:" + known});
  }
  const auto journal = options.journal.open(call, true);
  if (options.wait && !journal->is_held()) {
    throw error_exception({errc::journal_in_use,
                           "--wait needs a runtime that holds the journal; "
                           "start one with `run`. Nothing was started"});
  }
  const auto reply = journal->start(request);
  if (options.wait) {
    print_outcome(journal->wait(request.workflow_id, std::nullopt), request.workflow_id,
                  options.json, call);
  } else if (options.json) {
    call.out << to_json(reply, request.workflow_id) << '\n';
  } else {
    call.out << (reply.already_started ? "already started" : "started") << " run "
             << reply.run.to_string() << " of workflow '" << shown(request.workflow_id) << "'\n";
    if (!journal->is_held()) call.err << "no runtime holds the journal; `run` will go on with it\n";
  }
}

}  // namespace

void add_start(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("start", summary);
  const auto options = std::make_shared<start_options>();
  options->journal.add_to(verb);
  verb.add_option("workflow", options->workflow, "name of the workflow")->required();
  verb.add_option("--id", options->id,
                  "workflow id, unique among running ones; a UUID when left out");
  verb.add_option("--request-id", options->request_id,
                  "the same one again gives the same run instead of a second one");
  auto* arg = verb.add_option("--arg", options->arg, "one argument as JSON; may be repeated");
  arg->allow_extra_args(false);
  auto* args = verb.add_option("--args", options->args, "all arguments as one JSON array");
  auto* file = verb.add_option("--args-file", options->args_file, "file with such an array");
  args->excludes(arg, file);
  file->excludes(arg);
  const std::map<std::string, id_policy> policies{{"reject", id_policy::reject},
                                                  {"join", id_policy::join},
                                                  {"replace", id_policy::replace},
                                                  {"after-failure", id_policy::after_failure}};
  verb.add_option("--policy", options->policy, "when the id has been used; unless told, reject")
      ->transform(CLI::CheckedTransformer(policies));
  auto* signal =
      verb.add_option("--signal", options->signal, "name of a signal that comes with the start");
  verb.add_option("--signal-value", options->signal_value, "its value as JSON; null when left out")
      ->needs(signal);
  verb.add_flag("--wait", options->wait, "wait for the run to finish and print its result");
  add_json_option(verb, options->json, "one JSON document");
  verb.footer(help);
  verb.callback([options, &call] { start(*options, call); });
}

}  // namespace theus::tool
