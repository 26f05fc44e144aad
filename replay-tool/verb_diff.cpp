#include <algorithm>
#include <ostream>

#include "theus/value/diff.hpp"

#include "json_out.hpp"
#include "run_state.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "show what changed in the Context of a run between two turns";
constexpr const char* help = R"(
By path, with what was there before and what came after: the outermost places that differ. Phases
and iterations that are open at the later turn follow with their own branch: compared with the same
branch at the earlier turn, or, if they began since, with the Context around them. Those that are
over by then are named; what they changed is in the Context around them. Like `show`, it replays the
run with this binary's code, from a checkpoint before each turn unless --from-zero. Either turn may
be the earlier one.

Examples:
  diff order-17 --from 4 --to 12
  diff order-17 --from 4                  up to the newest turn
  diff order-17 --from 4 --json | jq '.changes[] | select(.path | startswith("/lines"))')";

struct diff_options {
  journal_option journal;
  std::string id;
  std::uint64_t from = 0;
  std::optional<std::uint64_t> to;
  bool from_zero = false;
  bool json = false;

  extent how() const { return from_zero ? extent::from_zero : extent::open_scopes; }
};

struct scope_changes {
  std::string path;       // "" of the run itself
  std::string described;  // the same
  std::vector<value_change> changes;
};

struct state_changes {
  std::vector<scope_changes> scopes;
  std::vector<const open_scope*> over;
};

const open_scope* same_scope(const run_state& state, const open_scope& wanted) {
  const auto found = std::ranges::find_if(state.open, [&](const open_scope& each) {
    return each.path == wanted.path && each.kind == wanted.kind && each.name == wanted.name;
  });
  return found == state.open.end() ? nullptr : &*found;
}

// By path: a tree's own order looks like none.
std::vector<value_change> sorted_changes(const value& before, const value& after) {
  std::vector<value_change> changes = theus::diff(before, after).changes;
  std::ranges::stable_sort(changes, [](const value_change& a, const value_change& b) {
    return std::ranges::lexicographical_compare(
        a.where.steps(), b.where.steps(), [](const path::step& x, const path::step& y) {
          if (x.is == path::step::kind::index && y.is == path::step::kind::index)
            return x.index < y.index;
          return x.key < y.key;
        });
  });
  return changes;
}

state_changes compare(const run_state& from, const run_state& to) {
  state_changes all;
  all.scopes.push_back({"", "", sorted_changes(from.context, to.context)});
  for (const open_scope& each : to.open) {
    const open_scope* const before = same_scope(from, each);
    all.scopes.push_back({each.path, each.described(),
                          sorted_changes(before ? before->context : each.around, each.context)});
  }
  for (const open_scope& each : from.open)
    if (same_scope(to, each) == nullptr) all.over.push_back(&each);
  return all;
}

void print(const value_change& change, std::ostream& out) {
  const std::string where = change.where.to_string();
  out << (where.empty() ? "(all of it)" : shown(where)) << ": ";
  if (!change.before) {
    out << "added " << compact(*change.after) << '\n';
  } else if (!change.after) {
    out << "removed " << compact(*change.before) << '\n';
  } else {
    out << compact(*change.before) << " -> " << compact(*change.after) << '\n';
  }
}

void print(const run_state& from, const run_state& to, std::ostream& out) {
  const state_changes all = compare(from, to);
  out << "run " << to.run.run.to_string() << " of " << shown(to.run.workflow_type) << " '"
      << shown(to.run.workflow_id) << "', from turn " << from.turn << " to turn " << to.turn
      << '\n';
  for (const scope_changes& scope : all.scopes) {
    if (!scope.described.empty()) out << scope.described << '\n';
    for (const value_change& change : scope.changes) print(change, out);
    if (scope.changes.empty()) out << "no change\n";
  }
  for (const open_scope* each : all.over) out << each->described() << " is over\n";
}

std::string to_json(const run_state& from, const run_state& to) {
  const state_changes all = compare(from, to);
  json_out out;
  out.raw().begin_object();
  out.member("workflow_id", to.run.workflow_id);
  out.member("run", to.run.run.to_string());
  out.member("from", from.turn);
  out.member("to", to.turn);
  out.raw().name("changes");
  out.raw().begin_array();
  for (const scope_changes& scope : all.scopes) {
    for (const value_change& change : scope.changes) {
      out.raw().begin_object();
      out.member("scope", scope.path);
      out.member("path", change.where.to_string());
      if (change.before) out.tree_member("before", *change.before);
      if (change.after) out.tree_member("after", *change.after);
      out.raw().end_object();
    }
  }
  out.raw().end_array();
  out.raw().name("over");
  out.raw().begin_array();
  for (const open_scope* each : all.over) out.text(each->path);
  out.raw().end_array();
  out.raw().end_object();
  return out.take();
}

void diff(const diff_options& options, invocation& call) {
  const auto journal = options.journal.open(call);
  const auto row = journal->find(options.id);
  const run_state from = state_at(call.app.bound(), row, options.from, options.how(), *journal);
  const run_state to = state_at(call.app.bound(), row, options.to, options.how(), *journal);
  if (options.json) {
    call.out << to_json(from, to) << '\n';
  } else {
    print(from, to, call.out);
  }
}

}  // namespace

void add_diff(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("diff", summary);
  const auto options = std::make_shared<diff_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->id, "workflow id or run id")->required();
  verb.add_option("--from", options->from, "a turn, by the number of its record")->required();
  verb.add_option("--to", options->to, "another; the newest unless told");
  verb.add_flag("--from-zero", options->from_zero,
                "replay all records, and phases and iterations that are over, too");
  add_json_option(verb, options->json, "one JSON document");
  verb.footer(help);
  verb.callback([options, &call] { diff(*options, call); });
}

}  // namespace theus::tool
