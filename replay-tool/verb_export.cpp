#include <ostream>

#include "json_out.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "write a run's history to a file";
constexpr const char* help = R"(
The file holds the run's records byte for byte, with a checksum: replay it elsewhere, attach it
to a bug report, keep it as a golden test. `history --json` is the form for reading.

Examples:
  export order-17 -o order-17.history
  export 9c2f0b… -o failed.history)";

struct export_options {
  journal_option journal;
  std::string id;
  std::filesystem::path file;
};

void export_run(const export_options& options, invocation& call) {
  const auto journal = options.journal.open(call);
  journal::history h;
  h.run = journal->find(options.id).run;
  auto from = journal::first_sequence;
  for (;;) {
    auto page = journal->records(h.run, from);
    from = journal::sequence{journal::number(from) + page.raw.size()};
    std::ranges::move(page.raw, std::back_inserter(h.records));
    if (page.is_last || page.raw.empty()) break;
  }
  const auto written = journal::write_history(options.file, h);
  if (!written) throw error_exception(written.error());
  call.err << h.records.size() << " records of run " << h.run.to_string() << " written to "
           << options.file.string() << '\n';
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
