#include <algorithm>
#include <ostream>

#include "theus/runtime/describe.hpp"

#include "json_out.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "list runs";
constexpr const char* help = R"(
In order of their run ids: status, start, run id, workflow type, workflow id. A run that is paused
is among those that are running, and shown as paused.

Examples:
  list --status running
  list --type checkout --limit 10000 --json | jq -r .workflow_id
  list --after 9c2f…        the page after this run id)";

constexpr std::uint32_t page_rows = 1'000;

struct list_options {
  journal_option journal;
  std::string status;
  std::string type;
  std::string after;
  std::uint64_t limit = 100;
  bool json = false;
};

journal::instance_filter filter_of(const list_options& options) {
  journal::instance_filter filter;
  using enum journal::run_status;
  for (const auto status : {running, completed, failed, cancelled, terminated}) {
    if (options.status == journal::name(status)) filter.status = status;
  }
  filter.workflow_type = options.type;
  if (!options.after.empty()) {
    filter.after = journal::run_id::parse(options.after);
    if (!filter.after) {
      throw error_exception({errc::bad_input, "--after: '" + options.after +
                                                  "' is not a run id (32 hexadecimal digits)"});
    }
  }
  return filter;
}

void print(const journal::instance_row& row, bool json, std::ostream& out) {
  if (json) {
    out << to_json(row) << '\n';
    return;
  }
  std::string status = row.is_paused ? "paused" : journal::name(row.status);
  status.resize(std::max<std::size_t>(status.size(), 10), ' ');
  out << status << "  " << to_text(row.started_at) << "  " << row.run.to_string() << "  "
      << shown(row.workflow_type) << "  " << shown(row.workflow_id) << '\n';
}

void list(const list_options& options, invocation& call) {
  auto filter = filter_of(options);
  const auto journal = options.journal.open(call);
  std::uint64_t left = options.limit;
  for (;;) {
    const auto wanted = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, page_rows));
    const auto page = journal->instances(filter, wanted);
    for (const auto& row : page.rows) print(row, options.json, call.out);
    if (page.is_last || page.rows.empty()) return;
    filter.after = page.rows.back().run;
    left -= page.rows.size();
    if (left == 0) {
      call.err << "there may be more: list --after " << filter.after->to_string() << '\n';
      return;
    }
  }
}

}  // namespace

void add_list(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("list", summary);
  const auto options = std::make_shared<list_options>();
  options->journal.add_to(verb);
  verb.add_option("--status", options->status, "only runs that are running, completed, …")
      ->check(CLI::IsMember({"running", "completed", "failed", "cancelled", "terminated"}));
  verb.add_option("--type", options->type, "only runs of this workflow");
  verb.add_option("--limit", options->limit, "at most so many")
      ->check(CLI::Range(1, 1'000'000'000))
      ->capture_default_str();
  verb.add_option("--after", options->after, "begin behind this run id");
  add_json_option(verb, options->json, "one JSON document a line, one for each run");
  verb.footer(help);
  verb.callback([options, &call] { list(*options, call); });
}

}  // namespace theus::tool
