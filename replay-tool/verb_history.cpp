#include <ostream>

#include "theus/runtime/record_text.hpp"

#include "json_out.hpp"
#include "record_chain.hpp"
#include "record_json.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "show what was recorded of a run";
constexpr const char* help = R"(
Every record in order: its number, its time, the events that came in (>) and the commands the
workflow answered with (<). An intake holds events that no turn had taken yet, or that no
workflow sees. The id is a workflow id, for its newest run, or a run id.

Examples:
  history order-17
  history order-17 --json | jq 'select(.record == "turn") | .commands')";

struct history_options {
  journal_option journal;
  std::string id;
  bool json = false;
};

void print(const journal::stored_record& record, std::ostream& out) {
  for (const auto& line : lines_of(record.value)) out << shown(line) << '\n';
}

void history(const history_options& options, invocation& call) {
  const auto journal = options.journal.open(call);
  const auto row = journal->find(options.id);
  if (!options.json) {
    call.out << "run " << row.run.to_string() << " of " << shown(row.workflow_type) << " '"
             << shown(row.workflow_id) << "', " << journal::name(row.status) << '\n';
  }
  for_each_record(*journal, row.run, head_behind(journal->trimmed(row.run)),
                  [&](const auto& record) {
                    if (options.json) {
                      call.out << to_json(record) << '\n';
                    } else {
                      print(record, call.out);
                    }
                    return call.out.good();
                  });
}

}  // namespace

void add_history(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("history", summary);
  const auto options = std::make_shared<history_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->id, "workflow id or run id")->required();
  add_json_option(verb, options->json, "one JSON document a line, one for each record");
  verb.footer(help);
  verb.callback([options, &call] { history(*options, call); });
}

}  // namespace theus::tool
