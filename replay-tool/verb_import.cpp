#include <ostream>

#include "json_out.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "take a run's history from a file into a journal";
constexpr const char* help = R"(
All of the run or nothing. A run that was waiting goes on waiting in this journal: its timers,
activities and signals are those of the records. Refused when the journal has the run already,
or a running one with its workflow id; damaged files are refused before anything is written.

Example:
  import order-17.history --journal /tmp/laptop)";

struct import_options {
  journal_option journal;
  std::filesystem::path file;
};

void import_run(const import_options& options, invocation& call) {
  auto read = journal::read_history(options.file);
  if (!read) throw error_exception(read.error());
  const auto run = read->run;
  const auto records = read->records.size();
  options.journal.open(call, true)->import(std::move(*read));
  call.err << records << " records of run " << run.to_string() << " imported\n";
}

}  // namespace

void add_import(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("import", summary);
  const auto options = std::make_shared<import_options>();
  options->journal.add_to(verb);
  verb.add_option("file", options->file, "a file that `export` wrote")->required();
  verb.footer(help);
  verb.callback([options, &call] { import_run(*options, call); });
}

}  // namespace theus::tool
