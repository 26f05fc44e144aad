#include <ostream>

#include "json_out.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "write a run's history to a file";
constexpr const char* help = R"(
The file holds the run's records byte for byte, with a checksum: replay it elsewhere, attach it
to a bug report, keep it as a golden test. Of a trimmed run it holds the checkpoint that stands for
the records that are gone, and those behind it. `history --json` is the form for reading.

Examples:
  export order-17 -o order-17.history
  export 9c2f0b… -o failed.history)";

struct export_options {
  journal_option journal;
  std::string id;
  std::filesystem::path file;
};

std::string begin_of(const journal::history::base& base) {
  return std::to_string(journal::number(base.checkpoint.id.at));
}

void export_run(const export_options& options, invocation& call) {
  const auto journal = options.journal.open(call);
  const journal::history h = journal->history_of(journal->find(options.id).run);
  const auto written = journal::write_history(options.file, h);
  if (!written) throw error_exception(written.error());
  call.err << h.records.size() << " records of run " << h.run.to_string()
           << (h.behind ? " and its checkpoint at record " + begin_of(*h.behind) : std::string())
           << " written to " << options.file.string() << '\n';
}

}  // namespace

void add_export(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("export", summary);
  const auto options = std::make_shared<export_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->id, "workflow id or run id")->required();
  verb.add_option("-o,--output", options->file, "the file to write")->required();
  verb.footer(help);
  verb.callback([options, &call] { export_run(*options, call); });
}

}  // namespace theus::tool
