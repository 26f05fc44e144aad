#include <ostream>

#include "theus/journal/trimming.hpp"
#include "theus/runtime/queries.hpp"
#include "theus/runtime/system_clock.hpp"
#include "theus/runtime/take_checkpoint.hpp"

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

constexpr std::size_t most_listed = 10'000;

struct checkpoint_options {
  journal_option journal;
  std::string id;
  bool list = false;
  bool verify = false;
  bool trim = false;
  bool json = false;
};

template <class T>
T or_throw(result<T> answer) {
  if (!answer) throw error_exception(answer.error());
  return std::move(*answer);
}

std::uint64_t at_of(const journal::checkpoint_id& id) { return journal::number(id.at); }

void take(const checkpoint_options& options, journal::store& store,
          const journal::instance_row& row, invocation& call) {
  node_archive nodes(store);
  const auto taken = or_throw(take_checkpoint(store, nodes, call.app.bound(), row.run));
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

void list(const checkpoint_options& options, journal::store& store,
          const journal::instance_row& row, invocation& call) {
  for (const auto& id : or_throw(store.checkpoints(row.run, most_listed))) {
    const auto found = store.checkpoint(id);
    const bool readable = found && *found;
    if (options.json) {
      json_out out;
      out.raw().begin_object();
      out.member("run", row.run.to_string());
      out.member("at", at_of(id));
      if (readable) {
        out.member("bytes", std::uint64_t{(*found)->bytes.size()});
        out.member("roots", std::uint64_t{(*found)->roots.size()});
      }
      out.raw().end_object();
      call.out << out.take() << '\n';
    } else if (readable) {
      call.out << "at " << at_of(id) << ": " << (*found)->bytes.size() << " bytes and "
               << (*found)->roots.size() << " trees\n";
    } else {
      call.out << "at " << at_of(id) << ": damaged, see --verify\n";
    }
  }
}

void verify(const checkpoint_options& options, journal::store& store,
            const journal::instance_row& row, invocation& call) {
  node_archive nodes(store);
  for (const auto& id : or_throw(store.checkpoints(row.run, most_listed))) {
    const auto good = verify_checkpoint(store, nodes, call.app.bound(), id);
    if (!good && good.error().code == errc::unknown_workflow) throw error_exception(good.error());
    if (!good) call.code = exit_code::corrupt;
    if (options.json) {
      json_out out;
      out.raw().begin_object();
      out.member("run", row.run.to_string());
      out.member("at", at_of(id));
      out.member("verdict", good ? "good" : "damaged");
      if (!good) out.member("explanation", good.error().message);
      out.raw().end_object();
      call.out << out.take() << '\n';
    } else {
      call.out << "at " << at_of(id) << ": " << (good ? "good" : good.error().message) << '\n';
    }
  }
}

void trim(const checkpoint_options& options, journal::store& store,
          const journal::instance_row& row, invocation& call) {
  const auto newest = or_throw(store.checkpoints(row.run, 1));
  if (newest.empty()) {
    throw error_exception({errc::not_found, "run " + row.run.to_string() +
                                                " has no checkpoint to trim it to; `checkpoint " +
                                                options.id + "` takes one"});
  }
  node_archive nodes(store);
  if (auto good = verify_checkpoint(store, nodes, call.app.bound(), newest.front()); !good) {
    throw error_exception(good.error());
  }
  journal::record r;
  r.raw_time = make_system_clock()->now();
  r.body = or_throw(journal::make_anchor(store, newest.front()));
  const auto head = or_throw(store.head_of(row.run)).value();
  const auto unit =
      or_throw(journal::unit::make(row.run, or_throw(store.acquire_epoch()), head, std::move(r)));
  const auto answer = store.append({&unit, 1}).front();
  if (answer.status != journal::append_status::committed) {
    throw error_exception(answer.why.value_or(
        error{errc::io_error, "run " + row.run.to_string() + " could not be trimmed"}));
  }
  if (options.json) {
    json_out out;
    out.raw().begin_object();
    out.member("workflow_id", row.workflow_id);
    out.member("run", row.run.to_string());
    out.member("trimmed_through", at_of(newest.front()));
    out.raw().end_object();
    call.out << out.take() << '\n';
  } else {
    call.out << "records 1 to " << at_of(newest.front()) << " are gone\n";
  }
}

void checkpoint(const checkpoint_options& options, invocation& call) {
  const auto store = open_alone(options.journal.folder);
  const auto row = or_throw(find_instance(*store, options.id));
  if (options.list) return list(options, *store, row, call);
  if (options.verify) return verify(options, *store, row, call);
  if (options.trim) return trim(options, *store, row, call);
  take(options, *store, row, call);
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
