#include <algorithm>
#include <chrono>
#include <ostream>
#include <thread>

#include "json_out.hpp"
#include "replay_gate.hpp"
#include "verb.hpp"
#include "verdict.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "replay recorded runs against this binary's code";
constexpr const char* help = R"(
Runs the workflow's code against what was recorded and compares every command and every state
digest. Nothing is executed but the workflow itself: no activity runs, nothing is written. Exit
code 1 when the code does something else than was recorded; the report says where and what.

Phases and iterations of loops that are over are not run again, as a runtime does not: their code
may have changed since. --from-zero runs them too and reports the first whose code does something
else now.

Examples:
  replay order-17
  replay --file order-17.history      no journal needed: a colleague's run, a test's golden file;
                                      of a trimmed run from the checkpoint in it
  replay --all                        before an upgrade: does the new binary fit every run?
  replay --all --folder histories     the same for exported runs, *.history, kept beside the code
  replay order-17 --from-zero         every line of code, from the first turn)";

constexpr std::uint32_t page_rows = 1'000;

struct replay_options {
  journal_option journal;
  std::string id;
  std::filesystem::path file;
  std::filesystem::path folder;
  bool all = false;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  bool from_zero = false;

  extent how() const { return from_zero ? extent::from_zero : extent::open_scopes; }
  std::string type;
  bool json = false;
};

class reporter {
 public:
  reporter(bool json, invocation& call) : json_(json), call_(call) {}

  void add(const verdict& seen, bool with_good) {
    ++runs_;
    if (!seen.fits()) {
      ++misfits_;
      call_.code = exit_code::run_failed;
    }
    if (json_) {
      call_.out << to_json(seen) << '\n';
    } else if (!seen.fits()) {
      call_.out << name(seen.what) << ": workflow '" << shown(seen.workflow_id) << "' run "
                << seen.run.to_string() << '\n'
                << seen.explanation << '\n';
    } else if (with_good) {
      call_.out << "fits: " << seen.turns << " turns of workflow '" << shown(seen.workflow_id)
                << "' run " << seen.run.to_string() << '\n';
    }
  }
  // Of many; what cannot be read is told, the others are checked all the same.
  void add(const replay_gate::finding& found) {
    if (const auto* seen = std::get_if<verdict>(&found)) {
      add(*seen, false);
    } else {
      add_unchecked(std::get<std::exception_ptr>(found));
    }
    show_progress();
  }
  void summarise() {
    if (json_) return;
    call_.out << runs_ - misfits_ << " of " << runs_ << " runs fit this binary\n";
  }

 private:
  void add_unchecked(const std::exception_ptr& why) {
    try {
      std::rethrow_exception(why);
    } catch (const error_exception& e) {
      const auto how = exit_code_of(e.code());
      const bool is_its_own =
          how == exit_code::corrupt || how == exit_code::refused || how == exit_code::bad_input;
      if (!is_its_own) throw;
      ++runs_;
      ++misfits_;
      if (call_.code == exit_code::ok) call_.code = how;
      call_.err << "not checked: " << e.what() << '\n';
    }
  }
  // Every few seconds, so that what is quick says nothing.
  void show_progress() {
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_at_ < std::chrono::seconds(2)) return;
    shown_at_ = now;
    call_.err << "replayed " << runs_ << " runs, " << misfits_ << " do not fit\n" << std::flush;
  }

  bool json_;
  invocation& call_;
  std::chrono::steady_clock::time_point shown_at_ = std::chrono::steady_clock::now();
  std::uint64_t runs_ = 0;
  std::uint64_t misfits_ = 0;
};

journal::history read_file(const std::filesystem::path& file) {
  auto read = journal::read_history(file);
  if (!read) throw error_exception(read.error());
  return std::move(*read);
}

// What cannot be read is named: the others are checked all the same.
verdict checked(const std::string& named, const std::function<verdict()>& check) {
  try {
    return check();
  } catch (const error_exception& e) {
    throw error_exception({e.code(), named + ": " + e.what()});
  }
}

void add_journal(replay_gate& gate, const replay_options& options, journal_access& journal,
                 const registry& code) {
  journal::instance_filter filter{std::nullopt, options.type, std::nullopt};
  for (;;) {
    const auto page = journal.instances(filter, page_rows);
    for (const auto& row : page.rows) {
      const std::string named =
          "workflow '" + shown(row.workflow_id) + "' run " + row.run.to_string();
      gate.add([=, &code, &journal, how = options.how()] {
        return checked(named, [&] { return verify_run(code, row.run, how, journal); });
      });
    }
    if (page.is_last || page.rows.empty()) return;
    filter.after = page.rows.back().run;
  }
}

void add_folder(replay_gate& gate, const replay_options& options, const registry& code) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (std::filesystem::directory_iterator each(options.folder, failed), end;
       each != end && !failed; each.increment(failed)) {
    if (each->path().extension() == ".history") files.push_back(each->path());
  }
  if (failed) {
    throw error_exception({errc::not_found, "cannot read the folder " + options.folder.string() +
                                                ": " + failed.message()});
  }
  if (files.empty()) {
    throw error_exception({errc::not_found, "there is no *.history in " + options.folder.string() +
                                                "; `export ID -o NAME.history` writes one"});
  }
  std::ranges::sort(files);
  for (const auto& file : files) {
    gate.add([=, &code, how = options.how()] {
      return checked(file.string(), [&] { return verify_history(code, how, read_file(file)); });
    });
  }
}

void replay_all(const replay_options& options, reporter& report, invocation& call) {
  const registry& code = call.app.bound();
  const auto journal = options.folder.empty() ? options.journal.open(call) : nullptr;
  // A runtime is asked for one thing at a time.
  replay_gate gate(journal && journal->is_held() ? 0 : options.jobs,
                   [&](const auto& found) { report.add(found); });
  if (journal) {
    add_journal(gate, options, *journal, code);
  } else {
    add_folder(gate, options, code);
  }
  gate.finish();
  report.summarise();
}

void replay(const replay_options& options, invocation& call) {
  if ((options.id.empty() ? 0 : 1) + (options.file.empty() ? 0 : 1) + (options.all ? 1 : 0) != 1) {
    throw error_exception(
        {errc::bad_input, "replay takes one of: a workflow id or run id, --file, --all"});
  }
  reporter report(options.json, call);
  if (!options.file.empty()) {
    report.add(verify_history(call.app.bound(), options.how(), read_file(options.file)), true);
  } else if (options.all) {
    replay_all(options, report, call);
  } else {
    const auto journal = options.journal.open(call);
    const auto run = journal->find(options.id).run;
    report.add(verify_run(call.app.bound(), run, options.how(), *journal), true);
  }
}

}  // namespace

void add_replay(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("replay", summary);
  const auto options = std::make_shared<replay_options>();
  options->journal.add_to(verb);
  verb.add_option("id", options->id, "workflow id or run id");
  verb.add_option("--file", options->file, "a file that `export` wrote");
  auto* all = verb.add_flag("--all", options->all, "every run of the journal");
  verb.add_flag("--from-zero", options->from_zero, "run phases and iterations that are over, too");
  verb.add_option("--folder", options->folder, "with --all: every *.history in this folder")
      ->needs(all);
  verb.add_option("--jobs", options->jobs, "with --all: so many runs at once")
      ->needs(all)
      ->check(CLI::Range(1u, 256u));
  verb.add_option("--type", options->type, "with --all: only runs of this workflow")->needs(all);
  add_json_option(verb, options->json, "one JSON document a line, one for each run");
  verb.footer(help);
  verb.callback([options, &call] { replay(*options, call); });
}

}  // namespace theus::tool
