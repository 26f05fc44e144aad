#include <ostream>

#include "json_out.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "take, list or verify the checkpoints of a run";
constexpr const char* help = R"(
A checkpoint holds what is left of a run's history when all is taken away that was over by one of
its turns, and the Contexts of that turn. A run is brought back from its newest one and the records
behind it. A runtime takes them by itself; they follow from the records, which stay.

Without an option: takes one of the run's last turn, reads it again and brings a run back from it.
--verify does that with those there are, and also reaches each once more from the one before it, or
from the first turn; exit code 5 when one is not what the records say. The run's code is replayed,
no activity runs. No other process may hold the journal meanwhile.

--trim verifies the newest checkpoint and erases the records up to it, for good: from then on they
can no longer be shown or replayed, and the checkpoint is the truth. The run goes on as before. A
runtime does so by itself for workflows whose application says so (application::retain).

Examples:
  checkpoint order-17
  checkpoint order-17 --list
  checkpoint order-17 --verify --json
  checkpoint order-17 --trim)";

struct checkpoint_options {
  journal_option journal;
  std::string id;
  bool list = false;
  bool verify = false;
  bool trim = false;
  bool json = false;
};

void take(const checkpoint_options& options, journal_access& journal,
          const journal::instance_row& row, invocation& call) {
  const auto taken = journal.take_checkpoint(row.run);
  for (const std::string& each : taken.damaged) call.err << each << '\n';
  const bool is_new = taken.at != journal::before_first;
  if (options.json) {
    json_out out;
    out.raw().begin_object();
    out.member("workflow_id", row.workflow_id);
    out.member("run", row.run.to_string());
    out.member("taken", is_new);
    if (is_new) out.member("at", journal::number(taken.at));
    out.member("from", journal::number(taken.from));
    out.member("records", taken.records);
    out.member("steps", std::uint64_t{taken.steps});
    out.member("nodes", std::uint64_t{taken.nodes});
    out.member("bytes", std::uint64_t{taken.bytes});
    out.raw().end_object();
    call.out << out.take() << '\n';
  } else if (!is_new) {
    call.out << "no turn behind the checkpoint at " << journal::number(taken.from)
             << ": none was taken\n";
  } else {
    call.out << "taken at " << journal::number(taken.at) << ": " << taken.steps
             << " steps in place of its records, " << taken.nodes << " new nodes, " << taken.bytes
             << " bytes written; " << taken.records << " records replayed\n";
  }
}

void list(const checkpoint_options& options, journal_access& journal,
          const journal::instance_row& row, invocation& call) {
  const auto all = journal.checkpoints(row.run);
  for (const auto& each : all.rows) {
    const bool is_truth = all.trimmed && all.trimmed->through == each.at;
    if (options.json) {
      json_out out;
      out.raw().begin_object();
      out.member("run", row.run.to_string());
      out.member("at", journal::number(each.at));
      if (each.damage.empty()) {
        out.member("bytes", each.bytes);
        out.member("roots", std::uint64_t{each.roots});
      }
      out.member("truth", is_truth);
      out.raw().end_object();
      call.out << out.take() << '\n';
      continue;
    }
    call.out << "at " << journal::number(each.at) << ": ";
    if (each.damage.empty()) {
      call.out << each.bytes << " bytes and " << each.roots << " trees";
    } else {
      call.out << "damaged, see --verify";
    }
    call.out << (is_truth ? "; the records up to it were trimmed\n" : "\n");
  }
}

// What a checkpoint cannot be blamed for.
bool concerns_all(errc code) {
  return code == errc::unknown_workflow || code == errc::stopped || code == errc::timed_out ||
         code == errc::io_error;
}

void verify(const checkpoint_options& options, journal_access& journal,
            const journal::instance_row& row, invocation& call) {
  for (const auto& each : journal.checkpoints(row.run).rows) {
    const auto wrong = journal.verify_checkpoint({row.run, each.at});
    if (wrong && concerns_all(wrong->code)) throw error_exception(*wrong);
    if (wrong) call.code = exit_code::corrupt;
    if (options.json) {
      json_out out;
      out.raw().begin_object();
      out.member("run", row.run.to_string());
      out.member("at", journal::number(each.at));
      out.member("verdict", wrong ? "damaged" : "good");
      if (wrong) out.member("explanation", wrong->message);
      out.raw().end_object();
      call.out << out.take() << '\n';
    } else {
      call.out << "at " << journal::number(each.at) << ": " << (wrong ? wrong->message : "good")
               << '\n';
    }
  }
}

void trim(const checkpoint_options& options, journal_access& journal,
          const journal::instance_row& row, invocation& call) {
  const auto through = journal::number(journal.trim(row.run));
  if (options.json) {
    json_out out;
    out.raw().begin_object();
    out.member("workflow_id", row.workflow_id);
    out.member("run", row.run.to_string());
    out.member("trimmed_through", through);
    out.raw().end_object();
    call.out << out.take() << '\n';
  } else {
    call.out << "records 1 to " << through << " are gone\n";
  }
}

void checkpoint(const checkpoint_options& options, invocation& call) {
  const auto journal = options.journal.open(call);
  const auto row = journal->find(options.id);
  if (options.list) return list(options, *journal, row, call);
  if (options.verify) return verify(options, *journal, row, call);
  if (options.trim) return trim(options, *journal, row, call);
  take(options, *journal, row, call);
}

}  // namespace

void add_checkpoint(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("checkpoint", summary);
  const auto options = std::make_shared<checkpoint_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->id, "workflow id or run id")->required();
  auto* const list = verb.add_flag("--list", options->list, "those there are, newest first");
  auto* const verify =
      verb.add_flag("--verify", options->verify, "are they what the records say?")->excludes(list);
  verb.add_flag("--trim", options->trim, "erase the records that the newest stands for")
      ->excludes(list)
      ->excludes(verify);
  add_json_option(verb, options->json, "one JSON document; of --list and --verify one a line");
  verb.footer(help);
  verb.callback([options, &call] { checkpoint(*options, call); });
}

}  // namespace theus::tool
