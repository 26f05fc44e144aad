#include "theus/tool_main.hpp"

#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>

#include "json_out.hpp"
#include "verb.hpp"

namespace theus {
namespace tool {
namespace {

constexpr const char* about =
    "Runs this binary's workflows and looks into their journal. Every verb works whether or not a "
    "runtime holds the journal, unless its help says otherwise.";
constexpr const char* footer = R"(
A first tour:
  run &                                    execute workflows
  start WORKFLOW --id first --arg '…'      start one
  result first                             wait for its result
  history first                            see every step that was recorded
  VERB --help                              more about a verb, with examples

Exit codes: 0 ok, 1 the run failed or does not fit, 2 bad input, 3 not found, 4 journal held by
another process or no runtime, 5 corrupt, 6 refused (exists, finished), 7 disk, 8 stopped or timed
out.)";

void add_verbs(CLI::App& cli, invocation& call) {
  for (const auto add :
       {add_run,     add_start,  add_signal,    add_resolve,    add_query,  add_update,
        add_result,  add_cancel, add_terminate, add_pause,      add_resume, add_list,
        add_history, add_show,   add_diff,      add_replay,     add_export, add_import,
        add_stuck,   add_retry,  add_status,    add_checkpoint, add_blob,   add_rebuild}) {
    add(cli, call);
  }
  cli.require_subcommand(1);
}

int fail(std::ostream& err, const std::string& sentence, exit_code code) {
  err << "error: " << sentence << '\n';
  return static_cast<int>(code);
}

}  // namespace

void journal_option::add_to(CLI::App& verb) {
  verb.add_option("--journal", folder, "the journal's folder")
      ->envname("THEUS_JOURNAL")
      ->capture_default_str();
}

void add_json_option(CLI::App& verb, bool& json, const char* what) {
  verb.add_flag("--json", json, std::string("print ") + what);
}

namespace {

// The journal is an option of each verb; before the verb it is accepted all the same.
std::vector<std::string> journal_behind_verb(std::vector<std::string> arguments) {
  if (arguments.empty()) return arguments;
  const bool apart = arguments[0] == "--journal";
  const std::ptrdiff_t words = apart ? 2 : 1;
  const bool given = apart || arguments[0].starts_with("--journal=");
  if (given && std::ssize(arguments) > words) {
    std::rotate(arguments.begin(), arguments.begin() + words, arguments.begin() + words + 1);
  }
  return arguments;
}

int run(const application& app, const std::string& program,
        const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  invocation call{app, out, err};
  CLI::App cli(about, program);
  cli.footer(footer);
  add_verbs(cli, call);
  try {
    if (arguments.empty()) throw CLI::CallForHelp();
    // CLI11 takes them from the back.
    auto words = journal_behind_verb(arguments);
    std::ranges::reverse(words);
    cli.parse(std::move(words));
    out.flush();
    return static_cast<int>(call.code);
  } catch (const CLI::CallForHelp& e) {
    cli.exit(e, out, err);
    return arguments.empty() ? static_cast<int>(exit_code::bad_input) : 0;
  } catch (const CLI::ParseError& e) {
    return fail(err, std::string(e.what()) + " (--help explains)", exit_code::bad_input);
  } catch (const error_exception& e) {
    out.flush();
    return fail(err, std::string(e.what()) + " [" + name(e.code()) + "]", exit_code_of(e.code()));
  } catch (const std::exception& e) {
    out.flush();
    return fail(err, e.what(), exit_code::disk);
  }
}

}  // namespace
}  // namespace tool

int tool_main(const application& app, const std::vector<std::string>& arguments, std::ostream& out,
              std::ostream& err) {
  return tool::run(app, "", arguments, out, err);
}

int tool_main(const application& app, int argc, char** argv) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  const std::string program =
      argc > 0 ? std::filesystem::path(argv[0]).filename().string() : std::string();
  return tool::run(app, program, arguments, std::cout, std::cerr);
}

}  // namespace theus
