#include <ostream>

#include "json_out.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "derive a journal's indexes from its records again";
constexpr const char* help = R"(
The lists of runs, timers, tasks and messages follow from the records alone. This deletes them and
derives them anew; records are only read. No other process may hold the journal meanwhile.

Example:
  rebuild --journal /var/lib/shop)";

struct rebuild_options {
  journal_option journal;
  bool json = false;
};

void rebuild(const rebuild_options& options, invocation& call) {
  const auto done = open_alone(options.journal.folder)->rebuild();
  if (!done) throw error_exception(done.error());
  if (options.json) {
    json_out out;
    out.raw().begin_object();
    out.member("runs", done->runs);
    out.member("records", done->records);
    out.member("rows", done->rows);
    out.raw().end_object();
    call.out << out.take() << '\n';
  } else {
    call.out << done->rows << " rows derived from " << done->records << " records of " << done->runs
             << " runs\n";
  }
}

}  // namespace

void add_rebuild(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("rebuild", summary);
  const auto options = std::make_shared<rebuild_options>();
  options->journal.add_to(verb);
  add_json_option(verb, options->json, "one JSON document");
  verb.footer(help);
  verb.callback([options, &call] { rebuild(*options, call); });
}

}  // namespace theus::tool
