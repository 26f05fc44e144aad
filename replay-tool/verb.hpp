#pragma once

#include <filesystem>
#include <iosfwd>
#include <memory>

#include <CLI/App.hpp>

#include "theus/application.hpp"

#include "exit_code.hpp"
#include "journal_access.hpp"

namespace theus::tool {

// One invocation of the tool. Verbs write data to `out` and everything else to `err`, throw
// error_exception for what cannot be done, and set `code` when what they found is not well.
struct invocation {
  const application& app;
  std::ostream& out;
  std::ostream& err;
  exit_code code = exit_code::ok;
};

// What all verbs that touch a journal take.
struct journal_option {
  std::filesystem::path folder = "theus-journal";

  void add_to(CLI::App& verb);
  std::unique_ptr<journal_access> open(const invocation& call, bool create = false) const {
    return open_access(call.app, folder, create);
  }
};

void add_json_option(CLI::App& verb, bool& json, const char* what);

// Each adds its verb to the command line, with its help; running the verb is its callback.
void add_run(CLI::App& cli, invocation& call);
void add_start(CLI::App& cli, invocation& call);
void add_signal(CLI::App& cli, invocation& call);
void add_query(CLI::App& cli, invocation& call);
void add_update(CLI::App& cli, invocation& call);
void add_resolve(CLI::App& cli, invocation& call);
void add_result(CLI::App& cli, invocation& call);
void add_cancel(CLI::App& cli, invocation& call);
void add_terminate(CLI::App& cli, invocation& call);
void add_pause(CLI::App& cli, invocation& call);
void add_resume(CLI::App& cli, invocation& call);
void add_list(CLI::App& cli, invocation& call);
void add_history(CLI::App& cli, invocation& call);
void add_replay(CLI::App& cli, invocation& call);
void add_show(CLI::App& cli, invocation& call);
void add_diff(CLI::App& cli, invocation& call);
void add_export(CLI::App& cli, invocation& call);
void add_import(CLI::App& cli, invocation& call);
void add_stuck(CLI::App& cli, invocation& call);
void add_retry(CLI::App& cli, invocation& call);
void add_status(CLI::App& cli, invocation& call);
void add_checkpoint(CLI::App& cli, invocation& call);
void add_blob(CLI::App& cli, invocation& call);
void add_rebuild(CLI::App& cli, invocation& call);

}  // namespace theus::tool
