#include <array>
#include <ostream>

#include "json_out.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "say who holds the journal and how it does";
constexpr const char* help = R"(
Counts every run by its status, and asks the runtime that holds the journal for its process id,
its trouble with the disk, if any, and its counters.

Examples:
  status
  status --json | jq .running)";

constexpr std::uint32_t page_rows = 1'000;

struct status_options {
  journal_option journal;
  bool json = false;
};

struct counted {
  const char* name;
  std::uint64_t value;
};

std::array<std::uint64_t, 5> count_runs(journal_access& journal) {
  std::array<std::uint64_t, 5> counts{};
  journal::instance_filter all;
  for (;;) {
    const auto page = journal.instances(all, page_rows);
    for (const auto& row : page.rows) ++counts.at(static_cast<std::size_t>(row.status));
    if (page.is_last || page.rows.empty()) return counts;
    all.after = page.rows.back().run;
  }
}

std::vector<counted> counters_of(const engine_counters& c) {
  return {{"turns", c.turns},
          {"records", c.records},
          {"appends", c.appends},
          {"activities_run", c.activities_run},
          {"timers_fired", c.timers_fired},
          {"evictions", c.evictions},
          {"replays", c.replays},
          {"mismatches", c.mismatches},
          {"checkpoints", c.checkpoints},
          {"queries", c.queries},
          {"stuck", c.stuck},
          {"frames", c.frames}};
}

void status(const status_options& options, invocation& call) {
  const auto journal = options.journal.open(call);
  const auto runs = count_runs(*journal);
  const auto now = journal->status();
  using enum journal::run_status;
  constexpr std::array statuses{running, completed, failed, cancelled, terminated};
  if (options.json) {
    json_out out;
    out.raw().begin_object();
    if (journal->is_held()) out.member("process_id", std::uint64_t{now.process_id});
    out.member("trouble", now.trouble);
    for (const auto s : statuses) {
      out.member(journal::name(s), runs.at(static_cast<std::size_t>(s)));
    }
    if (journal->is_held()) {
      out.raw().name("counters");
      out.raw().begin_object();
      for (const auto& each : counters_of(now.counters)) out.member(each.name, each.value);
      out.raw().end_object();
    }
    out.raw().end_object();
    call.out << out.take() << '\n';
    return;
  }
  if (journal->is_held()) {
    call.out << "held by process " << now.process_id << '\n';
  } else {
    call.out << "held by no runtime\n";
  }
  if (!now.trouble.empty()) call.out << "trouble: " << shown(now.trouble) << '\n';
  for (const auto s : statuses) {
    call.out << journal::name(s) << ": " << runs.at(static_cast<std::size_t>(s)) << '\n';
  }
  if (!journal->is_held()) return;
  for (const auto& each : counters_of(now.counters)) {
    call.out << each.name << " since it began: " << each.value << '\n';
  }
}

}  // namespace

void add_status(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("status", summary);
  const auto options = std::make_shared<status_options>();
  options->journal.add_to(verb);
  add_json_option(verb, options->json, "one JSON document");
  verb.footer(help);
  verb.callback([options, &call] { status(*options, call); });
}

}  // namespace theus::tool
