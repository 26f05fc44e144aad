#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "journal/trimmed_runs.hpp"

// The process that the crash tests of the journal kill, starve or run beside another.
//   victim append <folder> <turns>   prints "acked <sequence>" after each acknowledged turn
//   victim trim <folder> <trims>     turns, then a trim, and so on; prints "acked <sequence>" and
//                                    "trimmed <sequence>" after each
//   victim fill <folder>             exhausts RLIMIT_FSIZE, reads on, gets space, resumes
//   victim open <folder>             opens the journal and ends
namespace theus::journal {
namespace {

using namespace test;

void say(const char* text, std::uint64_t value) {
  std::printf("%s %llu\n", text, static_cast<unsigned long long>(value));
  std::fflush(stdout);
}

int complain(const std::string& what) {
  std::fprintf(stderr, "victim: %s\n", what.c_str());
  return 1;
}

int append(const char* folder, std::uint32_t turns) {
  const auto journal = open_journal(folder);
  const epoch owner = journal->acquire_epoch().value();
  const run_id run = run_of("victim");
  for (std::uint32_t i = 1; i <= turns; ++i) {
    record r = i == 1 ? start_of("victim") : turn_of({completed(i)}, {activity(i + 1)});
    const append_answer answer = extend(*journal, owner, run, {std::move(r)});
    if (answer.status != append_status::committed) {
      return complain(answer.why ? answer.why->message : "not committed");
    }
    say("acked", i);
  }
  return 0;
}

int trim(const char* folder, std::uint32_t trims) {
  const auto journal = open_journal(folder);
  const epoch owner = journal->acquire_epoch().value();
  wandering_run wandering("victim", 1);
  for (std::uint32_t i = 0; i < trims; ++i) {
    const sequence before = wandering.settled();
    while (wandering.settled() == before || wandering.size() % 3 != 0) {
      const append_answer answer = extend(*journal, owner, wandering.run(), {wandering.next()});
      if (answer.status != append_status::committed) return complain("not committed");
      say("acked", wandering.size());
    }
    const checkpoint_id id{wandering.run(), wandering.settled()};
    const append_answer answer = test::trim(*journal, owner, id.run, id.at);
    if (answer.status != append_status::committed) return complain(refusal(answer));
    wandering.grew();
    say("trimmed", number(id.at));
    if (before != before_first) journal->erase_checkpoint({id.run, before}).value();
  }
  return 0;
}

void limit_files_to(rlim_t bytes) {
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) std::abort();
}

int fill(const char* folder) {
  std::signal(SIGXFSZ, SIG_IGN);
  const auto journal = open_journal(folder);
  const epoch owner = journal->acquire_epoch().value();
  const run_id run = run_of("victim");
  const std::string large(20'000, 'x');
  extend(*journal, owner, run, {start_of("victim")});
  limit_files_to(512 * 1024);
  append_answer answer;
  std::uint64_t acked = 1;
  for (int i = 0; i < 200; ++i) {
    answer = extend(*journal, owner, run, {turn_of({cancel_requested{large}}, {})});
    if (answer.status != append_status::committed) break;
    ++acked;
  }
  if (answer.status != append_status::unknown || !answer.why ||
      answer.why->code != errc::disk_full) {
    return complain("a full disk was answered otherwise: " +
                    (answer.why ? answer.why->message : "no reason"));
  }
  const auto while_full = journal->read(run, first_sequence, 1'000);
  if (!while_full || while_full->size() != acked) return complain("reads fail on a full disk");
  const auto refused = journal->reopen();
  if (refused || refused.error().code != errc::disk_full) {
    return complain("reopened without space");
  }
  const auto still = journal->read(run, first_sequence, 1'000);
  if (!still || still->size() != acked) return complain("reads fail after a vain reopening");
  limit_files_to(RLIM_INFINITY);
  if (auto reopened = journal->reopen(); !reopened) return complain(reopened.error().message);
  const auto after = journal->read(run, first_sequence, 1'000);
  if (!after || after->size() < acked || after->size() > acked + 1) {
    return complain("reopening changed the history");
  }
  answer = extend(*journal, owner, run, {turn_of({}, {activity(1)})});
  if (answer.status != append_status::committed) return complain("no append after reopening");
  say("acked", after->size() + 1);
  return 0;
}

int open(const char* folder) {
  open_journal(folder);
  return 0;
}

int run(int argc, char** argv) {
  const std::string verb = argc > 2 ? argv[1] : "";
  if (verb == "append" && argc == 4) {
    return append(argv[2], std::uint32_t(std::strtoul(argv[3], nullptr, 10)));
  }
  if (verb == "trim" && argc == 4) {
    return trim(argv[2], std::uint32_t(std::strtoul(argv[3], nullptr, 10)));
  }
  if (verb == "fill") return fill(argv[2]);
  if (verb == "open") return open(argv[2]);
  return complain("append|trim|fill|open <folder> …");
}

}  // namespace
}  // namespace theus::journal

int main(int argc, char** argv) {
  try {
    return theus::journal::run(argc, argv);
  } catch (const std::exception& e) {
    return theus::journal::complain(e.what());
  }
}
