#include <ostream>

#include "theus/runtime/describe.hpp"

#include "json_out.hpp"
#include "run_state.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "show the Context of a run, now or after any turn";
constexpr const char* help = R"(
The Context is not in the journal: it is found by replaying the run with this binary's code up to
that turn; nothing is executed but the workflow itself. Phases and iterations that were over by then
are not run again, and the replay begins at the newest checkpoint before, if there is one;
--from-zero replays everything, which shows the same. Those phases that had begun and were not over
each have a Context of their own, a branch of the one around it; they follow, outermost first. Keys
are sorted. Behind them it says what the run waits for within itself, such as a mutex, which queries
the workflow answers and which updates it takes. N is the number of a record, as `history` shows it;
at an intake it is the turn before. The id is a workflow id, for its newest run, or a run id.

Examples:
  show order-17
  show order-17 --at 12
  show order-17 --at 12 --json | jq .context.status)";

struct show_options {
  journal_option journal;
  std::string id;
  std::optional<std::uint64_t> at;
  bool from_zero = false;
  bool json = false;

  extent how() const { return from_zero ? extent::from_zero : extent::open_scopes; }
};

// What a runtime with this code would be asked.
struct known_names {
  std::vector<std::string> queries;
  std::vector<std::string> updates;
};

known_names names_in(const registry& code, const std::string& workflow_type) {
  known_names names;
  if (const auto found = code.queries.find(workflow_type); found != code.queries.end()) {
    for (const auto& [name, query] : found->second) names.queries.push_back(name);
  }
  if (const auto found = code.workflows.find(workflow_type); found != code.workflows.end()) {
    for (const auto& [name, update] : found->second->updates()) names.updates.push_back(name);
  }
  return names;
}

void write_array(json_out& out, const char* name, const std::vector<std::string>& texts) {
  out.raw().name(name);
  out.raw().begin_array();
  for (const std::string& each : texts) out.raw().text(each);
  out.raw().end_array();
}

void print(const run_state& state, const known_names& known, std::ostream& out) {
  out << "run " << state.run.run.to_string() << " of " << shown(state.run.workflow_type) << " '"
      << shown(state.run.workflow_id) << "', ";
  if (state.turn == 0) {
    out << "before its first turn\n";
  } else {
    const bool has_ended = state.run.status == journal::run_status::terminated;
    out << (state.is_finished && !has_ended ? "finished by turn " : "after turn ") << state.turn
        << " of " << to_text(state.time) << '\n';
  }
  if (state.is_finished && state.run.status == journal::run_status::terminated) {
    out << "terminated\n";
  }
  if (state.run.is_paused) out << "paused: it makes no turns until it is resumed\n";
  out << indented(state.context) << '\n';
  for (const open_scope& each : state.open)
    out << each.described() << '\n' << indented(each.context) << '\n';
  for (const std::string& each : state.inner_waits) out << "waits for " << each << '\n';
  if (state.is_deadlocked) {
    out << "waits for nothing outside: no event but a cancellation goes on with it\n";
  }
  for (const auto& each : known.queries) out << "answers query " << shown(each) << '\n';
  for (const auto& each : known.updates) out << "takes update " << shown(each) << '\n';
}

std::string to_json(const run_state& state, const known_names& known) {
  json_out out;
  out.raw().begin_object();
  out.member("workflow_id", state.run.workflow_id);
  out.member("run", state.run.run.to_string());
  out.member("workflow_type", state.run.workflow_type);
  out.member("turn", state.turn);
  if (state.turn != 0) out.member("time", state.time);
  out.member("finished", state.is_finished);
  out.member("status", journal::name(state.run.status));
  if (state.run.is_paused) out.member("paused", true);
  out.member("root", state.context.root().to_string());
  out.tree_member("context", state.context);
  out.raw().name("open");
  out.raw().begin_array();
  for (const open_scope& each : state.open) {
    out.raw().begin_object();
    out.member("scope", each.path);
    out.member("kind", each.kind);
    out.member("name", each.name);
    if (each.iteration != 0) out.member("iteration", std::uint64_t{each.iteration});
    out.member("root", each.context.root().to_string());
    out.tree_member("context", each.context);
    out.raw().end_object();
  }
  out.raw().end_array();
  write_array(out, "waits", state.inner_waits);
  out.member("deadlocked", state.is_deadlocked);
  write_array(out, "queries", known.queries);
  write_array(out, "updates", known.updates);
  out.raw().end_object();
  return out.take();
}

void show(const show_options& options, invocation& call) {
  const auto journal = options.journal.open(call);
  const run_state state =
      state_at(call.app.bound(), journal->find(options.id), options.at, options.how(), *journal);
  const auto known = names_in(call.app.bound(), state.run.workflow_type);
  if (options.json) {
    call.out << to_json(state, known) << '\n';
  } else {
    print(state, known, call.out);
  }
}

}  // namespace

void add_show(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("show", summary);
  const auto options = std::make_shared<show_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->id, "workflow id or run id")->required();
  verb.add_option("--at", options->at,
                  "the turn, by the number of its record; the newest unless told");
  verb.add_flag("--from-zero", options->from_zero,
                "replay all records, and phases and iterations that are over, too");
  add_json_option(verb, options->json, "one JSON document");
  verb.footer(help);
  verb.callback([options, &call] { show(*options, call); });
}

}  // namespace theus::tool
