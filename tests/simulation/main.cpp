#include <cinttypes>
#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>

#include "simulation/simulation.hpp"

namespace {

using theus::simulation::report;

report simulate(std::uint64_t seed, bool trace) {
  theus::simulation::simulation world(seed);
  if (trace) world.trace([](const std::string& line) { std::printf("  %s\n", line.c_str()); });
  return world.run();
}

void print(const report& r) {
  std::printf("SEED=%" PRIu64 " step=%" PRIu64 " hash=%016" PRIx64 "\n", r.seed, r.steps, r.hash);
}

void explain(const report& r, const char* program) {
  print(r);
  std::printf("  violated: %s\n  again:    %s --seed %" PRIu64 " --trace\n", r.violation.c_str(),
              program, r.seed);
}

struct totals {
  std::uint64_t seeds = 0, twice = 0, steps = 0, runs = 0, records = 0, effects = 0, processes = 0,
                faults = 0, checkpoints = 0, resumptions = 0, nodes_erased = 0, violated = 0;
  void add(const report& r) {
    ++seeds;
    steps += r.steps;
    runs += r.runs;
    records += r.records;
    effects += r.effects;
    processes += r.processes;
    faults += r.faults;
    checkpoints += r.checkpoints;
    resumptions += r.resumptions;
    nodes_erased += r.nodes_erased;
  }
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Simulates whole Theus engines in one thread, each from a seed: random workflows, clients\n"
      "and activities, on a disk and a clock that fail, killed again and again. After every step\n"
      "the invariants of the journal are checked; in the end faults stop and all runs must end.\n"
      "Exit code: 0 all held, 1 one was violated (the line printed repeats it), 2 bad usage.");
  std::uint64_t first = 1;
  std::uint64_t count = 1;
  int twice_percent = 1;
  bool trace = false;
  bool until_found = false;
  app.add_option("--seed", first, "The seed, or the first of them")->capture_default_str();
  app.add_option("--seeds", count, "How many, from --seed on")->capture_default_str();
  app.add_option("--twice-percent", twice_percent,
                 "Share of seeds that run twice and must come to the same hash")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  app.add_flag("--trace", trace, "Print all that happens, a line each");
  app.add_flag("--until-found", until_found,
               "Turn the answer round: succeed at the first violation, fail when all seeds hold.\n"
               "For programs that carry a bug on purpose");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }

  totals sum;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    auto r = simulate(seed, trace);
    sum.add(r);
    const auto percent = static_cast<int>(seed * 2'654'435'761u % 100);
    if (r.holds() && percent < twice_percent) {
      ++sum.twice;
      if (simulate(seed, false).hash != r.hash) r.violation = "the same seed came to another hash";
    }
    if (!r.holds()) {
      ++sum.violated;
      explain(r, argv[0]);
      if (until_found) {
        std::printf("found after %" PRIu64 " seeds\n", sum.seeds);
        return 0;
      }
    } else if (count == 1) {
      print(r);
    }
    std::fflush(stdout);
  }
  std::printf("%" PRIu64 " seeds, %" PRIu64 " of them twice: %" PRIu64 " violated; %" PRIu64
              " steps, %" PRIu64 " runs, %" PRIu64 " records, %" PRIu64 " effects, %" PRIu64
              " processes, %" PRIu64 " disk faults, %" PRIu64 " checkpoints, %" PRIu64
              " resumptions, %" PRIu64 " nodes erased\n",
              sum.seeds, sum.twice, sum.violated, sum.steps, sum.runs, sum.records, sum.effects,
              sum.processes, sum.faults, sum.checkpoints, sum.resumptions, sum.nodes_erased);
  if (until_found) {
    std::printf("nothing found\n");
    return 1;
  }
  return sum.violated == 0 ? 0 : 1;
}
