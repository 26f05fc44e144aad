#include <ostream>

#include "json_input.hpp"
#include "json_out.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "ask a run how it stands";
constexpr const char* help = R"(
Calls the function that the application binds to the query and prints its answer as JSON. It sees
the run as its last recorded turn left it, whether the run is busy, asleep, stuck or finished;
nothing is recorded, and nothing of the run goes on. A runtime that holds the journal answers with
its own code; without one the run is replayed here with this binary's. The arguments are JSON:
one --arg for each, in order, or all of them as one array. `show` says which queries there are.
The id is a workflow id, for its newest run, or a run id. Exit code 1 when the function threw or
the code does not fit the run.

Examples:
  query order-17 status
  query order-17 lines_above --arg 500
  query order-17 lines_above '[500]' --json)";

struct query_options {
  journal_option journal;
  query_request request;
  std::string args;
  std::vector<std::string> arg;
  bool json = false;
};

std::string to_json(const query_request& request, const journal::payload& answer) {
  json_out out;
  out.raw().begin_object();
  out.member("id", request.id);
  out.member("query", request.name);
  out.payload_member("answer", answer);
  out.raw().end_object();
  return out.take();
}

void query(query_options& options, invocation& call) {
  options.request.arguments =
      arguments_from_flags(options.args, options.arg, "the query's arguments");
  const auto answer = options.journal.open(call)->query(options.request);
  call.out << (options.json ? to_json(options.request, answer) : shown(answer)) << '\n';
}

}  // namespace

void add_query(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("query", summary);
  const auto options = std::make_shared<query_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->request.id, "workflow id or run id")->required();
  verb.add_option("name", options->request.name, "name of the query")->required();
  auto* args = verb.add_option("arguments", options->args, "all arguments as one JSON array");
  auto* arg = verb.add_option("--arg", options->arg, "one argument as JSON; may be repeated");
  arg->allow_extra_args(false);
  arg->excludes(args);
  add_json_option(verb, options->json, "one JSON document");
  verb.footer(help);
  verb.callback([options, &call] { query(*options, call); });
}

}  // namespace theus::tool
