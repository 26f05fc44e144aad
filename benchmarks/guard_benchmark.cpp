#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <vector>

#include <benchmark/benchmark.h>

#include "theus/application.hpp"
#include "theus/workflows.hpp"

// What does the guard cost? A machine's turn (an activity's result in, the next call out; no
// journal, which is all the rest of a turn and many times as much) with it and without, in turns of
// one program run, and a call that it watches outside of turns against libc's own.
namespace theus::benchmarks {
namespace {

using nanoseconds = std::chrono::duration<double, std::nano>;

constexpr activity<std::int64_t(std::int64_t)> next_number{"next_number"};

workflow<std::int64_t> counts(context& ctx) {
  for (std::int64_t at = 0;;) at = co_await ctx.call(next_number, at);
}

// A run of `counts` that is given results.
class counting_run {
 public:
  explicit counting_run(const application& app, const machine_limits& bounds)
      : machine_(*app.bound().workflows.at("counts"), bounds) {
    journal::started begun;
    begun.workflow_type = "counts";
    begun.arguments = "[]";
    step(begun);
  }
  void turn() {
    journal::activity_completed done;
    done.command = id_;
    done.attempt = 1;
    done.outcome = journal::payload("7");
    step(done);
  }

 private:
  void step(journal::event e) {
    now_ += std::chrono::microseconds(1);
    const auto stepped = machine_.step({}, {now_, now_, {&e, 1}});
    const auto& draft = std::get<turn_draft>(stepped);
    id_ = std::get<journal::schedule_activity>(draft.commands.at(0).value).id;
  }

  machine machine_;
  journal::wall_time now_{};
  journal::command_id id_;
};

double median(std::vector<double> of) {
  std::nth_element(of.begin(), of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2), of.end());
  return of[of.size() / 2];
}

template <class Function>
double time_each(int times, Function f) {
  const auto from = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) f();
  return nanoseconds(std::chrono::steady_clock::now() - from).count() / times;
}

// `a` and `b` by turns: what else the machine does meets both.
template <class A, class B>
void compare(benchmark::State& state, A a, B b, const char* a_name, const char* b_name) {
  std::vector<double> of_a;
  std::vector<double> of_b;
  std::vector<double> ratios;
  for (auto _ : state) {
    for (int round = 0; round < 301; ++round) {
      const bool a_first = round % 2 == 0;
      double first = a_first ? a() : b();
      double second = a_first ? b() : a();
      if (!a_first) std::swap(first, second);
      of_a.push_back(first);
      of_b.push_back(second);
      ratios.push_back(first / second);
    }
  }
  state.counters[a_name] = median(of_a);
  state.counters[b_name] = median(of_b);
  state.counters["ratio"] = median(ratios);
}

void turn_of_a_machine(benchmark::State& state) {
  application app;
  app.add("counts", counts);
  counting_run on(app, app.bound().watched({}));
  counting_run off(app, {});
  constexpr int turns = 2'000;
  compare(
      state, [&] { return time_each(turns, [&] { on.turn(); }); },
      [&] { return time_each(turns, [&] { off.turn(); }); }, "guarded_ns", "unguarded_ns");
}

void clock_outside_of_turns(benchmark::State& state) {
  const auto own =
      reinterpret_cast<int (*)(clockid_t, timespec*)>(::dlsym(RTLD_NEXT, "clock_gettime"));
  if (!own) throw std::runtime_error("libc has no clock_gettime");
  timespec now{};
  constexpr int calls = 20'000;
  compare(
      state, [&] { return time_each(calls, [&] { ::clock_gettime(CLOCK_REALTIME, &now); }); },
      [&] { return time_each(calls, [&] { own(CLOCK_REALTIME, &now); }); }, "watched_ns", "own_ns");
}

BENCHMARK(turn_of_a_machine)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(clock_outside_of_turns)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace theus::benchmarks
