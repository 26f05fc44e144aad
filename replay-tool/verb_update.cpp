#include <ostream>

#include "json_input.hpp"
#include "json_out.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "ask a run to change, and print its answer";
constexpr const char* help = R"(
Runs in the run what the application binds to the update's name, beside the workflow's function,
and prints what that returns as JSON. The workflow may refuse the update first, looking at how it
stands: then nothing is recorded. The arguments are JSON: one --arg for each, in order, or all of
them as one array. `show` says which updates there are.
With --start the run begins, with that workflow and --start-args, when none of this id is open.
With the same --update-id it is the same update, and the answer is the same: ask again after an
interruption. With --wait accepted it answers as soon as the update is recorded, with its id.
A runtime has to hold the journal: it is its code that runs. Exit code 1 when the update was
accepted and failed, or the run is stuck, 2 when name or arguments do not fit, 3 when there is no
such run, 4 without a runtime, 6 when the update was rejected or the run has finished.

Examples:
  update cart-17 add --arg '"a chair"' --arg 2
  update cart-17 add '["a chair", 2]' --update-id order-form-88
  update cart-17 pay --wait accepted --json
  update trip-7 confirmed --start book --start-args '[{"to": "Oslo"}]' --update-id ask-1)";

struct update_verb_options {
  journal_option journal;
  update_request request;
  std::string args;
  std::vector<std::string> arg;
  std::string wait = "completed";
  std::string start;
  std::string start_args = "[]";
  bool json = false;
};

std::string to_json(const update_request& request, const update_reply& reply) {
  json_out out;
  out.raw().begin_object();
  out.member("workflow_id", request.workflow_id);
  out.member("run", reply.run.to_string());
  out.member("update", request.name);
  out.member("update_id", reply.update_id);
  if (reply.outcome) {
    if (const auto* value = std::get_if<journal::payload>(&*reply.outcome)) {
      out.payload_member("answer", *value);
    } else {
      write_failure(out, "failure", std::get<journal::failure_info>(*reply.outcome));
    }
  }
  out.raw().end_object();
  return out.take();
}

void update(update_verb_options& options, invocation& call) {
  options.request.arguments =
      arguments_from_flags(options.args, options.arg, "the update's arguments");
  options.request.stage =
      options.wait == "accepted" ? update_stage::accepted : update_stage::completed;
  if (!options.start.empty()) {
    options.request.start =
        start_request{options.start,
                      options.request.workflow_id,
                      {},
                      json_from_flag(options.start_args, "the workflow's arguments")};
  }
  const auto reply = options.journal.open(call)->update(options.request);
  const auto* failed =
      reply.outcome ? std::get_if<journal::failure_info>(&*reply.outcome) : nullptr;
  if (failed) call.code = exit_code::run_failed;
  if (options.json) {
    call.out << to_json(options.request, reply) << '\n';
  } else if (failed) {
    call.err << "the update failed: " << shown(failed->type) << ": " << shown(failed->message)
             << '\n';
  } else {
    call.out << (reply.outcome ? shown(std::get<journal::payload>(*reply.outcome))
                               : shown(reply.update_id))
             << '\n';
  }
}

}  // namespace

void add_update(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("update", summary);
  const auto options = std::make_shared<update_verb_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->request.workflow_id, "workflow id")->required();
  verb.add_option("name", options->request.name, "name of the update")->required();
  auto* args = verb.add_option("arguments", options->args, "all arguments as one JSON array");
  auto* arg = verb.add_option("--arg", options->arg, "one argument as JSON; may be repeated");
  arg->allow_extra_args(false);
  arg->excludes(args);
  verb.add_option("--update-id", options->request.update_id,
                  "the same one again is the same update; made up when left out");
  verb.add_option("--wait", options->wait, "until the update is accepted, or has completed")
      ->check(CLI::IsMember({"accepted", "completed"}))
      ->capture_default_str();
  auto* start = verb.add_option("--start", options->start,
                                "workflow that begins when no run of this id is open");
  verb.add_option("--start-args", options->start_args, "its arguments as one JSON array")
      ->needs(start);
  add_json_option(verb, options->json, "one JSON document");
  verb.footer(help);
  verb.callback([options, &call] { update(*options, call); });
}

}  // namespace theus::tool
