#include "simulation/simulation.hpp"

#include <algorithm>

#include "theus/runtime/describe.hpp"

#include "journal/keyed_store.hpp"
#include "simulation/random_plan.hpp"
#include "simulation/reasons.hpp"

namespace theus::simulation {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Functions run without time passing, before that is called spinning.
constexpr std::uint64_t most_busy_steps = 200'000;
constexpr std::uint64_t most_steps = 2'000'000;
constexpr int most_rounds = 4'000;  // of convergence
constexpr std::size_t longest_queue = 10'000;

// A workflow in whose first turn something may happen, live and on replay.
class interrupted_workflow final : public workflow_type {
 public:
  interrupted_workflow(std::shared_ptr<const workflow_type> inner, std::function<void()> interrupt)
      : workflow_type(*inner), inner_(std::move(inner)), interrupt_(std::move(interrupt)) {}

  const std::string& name() const override { return inner_->name(); }
  std::unique_ptr<run_body> instantiate(machine& owner,
                                        const journal::payload& arguments) const override {
    interrupt_();
    return inner_->instantiate(owner, arguments);
  }
  std::optional<std::string> check_arguments(const journal::payload& arguments) const override {
    return inner_->check_arguments(arguments);
  }

 private:
  std::shared_ptr<workflow_type> copy() const override {
    return std::make_shared<interrupted_workflow>(*this);
  }

  std::shared_ptr<const workflow_type> inner_;
  std::function<void()> interrupt_;
};

std::vector<boost::asio::any_io_executor> make_queues(scheduler& in, const settings& how) {
  std::vector<boost::asio::any_io_executor> queues;
  for (std::size_t i = 0; i < how.weights.size(); ++i) {
    const bool is_pool = i + 2 >= how.weights.size();  // blocking and io come last
    queues.push_back(
        in.add_queue(is_pool ? scheduler::order::any : scheduler::order::kept, how.weights[i]));
  }
  return queues;
}

}  // namespace

// What dies with a process.
struct simulation::process {
  std::uint64_t number = 0;
  const registry* bound = nullptr;
  std::unique_ptr<observed_store> store;
  std::unique_ptr<engine> running;
  bool is_stopping = false;
  bool has_stopped = false;
  bool has_halted = false;
  bool is_usurped = false;
  std::uint64_t faults_seen = 0;
  microseconds calm_for{microseconds::max()};     // time that passed since the last fault
  microseconds unmoved_for{microseconds::max()};  // since the clock jumped
};

simulation::simulation(std::uint64_t seed)
    : seed_(seed),
      settings_(settings::of(seed)),
      draws_(stream_of(seed, "world")),
      time_draws_(stream_of(seed, "time")),
      slow_draws_(stream_of(seed, "slow")),
      beside_draws_(stream_of(seed, "beside")),
      scheduler_(stream_of(seed, "scheduler")),
      queues_(make_queues(scheduler_, settings_)),
      entropy_({seed, 1}),
      disk_(stream_of(seed, "disk"), verdict_),
      good_(registry_with(follow)),
      with_bug_(registry_with(follow_with_bug)),
      audit_(disk_, good_, clock_seen_, settings_.engine.request_window,
             stream_of(seed, "sampling"), verdict_),
      checkpoints_(audit_, verdict_),
      activities_(stream_of(seed, "activities"), clock_, queues_.back(), settings_.activities,
                  audit_),
      clients_(seed, settings_, audit_, verdict_) {
  clock_seen_.moved_to(clock_.now());
  for (registry* each : {&good_, &with_bug_, &without_workflow_}) activities_.bind_to(*each);
  without_activity_.workflows = good_.workflows;
  for (registry* each : {&good_, &with_bug_, &without_workflow_, &without_activity_}) {
    each->queues = settings_.queues;
  }
  audit_.while_away([this] { take_a_seat(); });
  checkpoints_.when_looking([this](bool at_checkpoint) { let_others_run(at_checkpoint); });
  disk_.set_faults(settings_.disk);
  witness_ = journal::keyed_store::open(disk_.witness(), settings_.store).value();
  checkpoints_.read_by(*witness_);
  actions_left_ = settings_.actions;
}

void simulation::trace(std::function<void(const std::string&)> sink) {
  verdict_.trace(std::move(sink));
  const auto& options = settings_.engine;
  verdict_.say(std::to_string(settings_.shards) + " shards, cache of " +
               std::to_string(options.frame_cache_bytes) + " bytes, " +
               std::to_string(options.activities_at_once) + " activities at once, sweeps every " +
               std::to_string(options.sweep_interval.count()) + " ms, horizon of " +
               std::to_string(options.timer_horizon.count()) + " ms, " +
               std::to_string(options.bounds.units_per_append) +
               " units per append, checkpoints every " +
               std::to_string(options.checkpoint_records) + " records" +
               (options.paranoid ? ", every turn twice" : ""));
}

registry simulation::registry_with(workflow<std::int64_t> (*function)(context&, plan)) {
  using handler = update_binding<std::int64_t(plan), decltype(&judge)>;
  registry made;
  made.workflows["plan"] = std::make_shared<interrupted_workflow>(
      workflow_binding<std::int64_t, plan>("plan", function)
          .with(std::make_shared<handler>(amended.name(), function, judge)),
      [this] { take_a_seat(); });
  return made;
}

simulation::~simulation() {
  if (process_) crash(false);
  activities_.forget();
  scheduler_.drop_all();
}

report simulation::run() {
  while (verdict_.holds() && actions_left_ > 0 && steps_ < most_steps) {
    try {
      step();
    } catch (const power_cut&) {
      verdict_.note("the power is cut");
      crash(true);
    }
  }
  if (verdict_.holds()) converge();
  if (verdict_.holds()) check_end();
  report said;
  said.seed = seed_;
  said.steps = steps_;
  said.hash = verdict_.hash();
  said.violation = verdict_.violation();
  said.runs = audit_.runs().size();
  said.records = audit_.records();
  said.effects = audit_.effects();
  said.processes = processes_;
  said.faults = disk_.faults();
  said.checkpoints = checkpoints_.checkpoints();
  said.resumptions = resumptions_;
  said.nodes_erased = checkpoints_.nodes_erased();
  return said;
}

void simulation::step() {
  ++steps_;
  if (!process_) return open();
  if (draws_.bernoulli(settings_.action_rate)) {
    act();
  } else if (time_draws_.bernoulli(settings_.early_rate)) {
    // Not for long: what takes a second on this clock has been noticed (check_idle).
    const auto next = clock_.until_next();
    const microseconds soon(time_draws_.uniform(0, 50'000));
    advance(next && *next < soon ? *next : soon);
  } else if (scheduler_.step()) {
    verdict_.note(scheduler_.last_choice());
  } else {
    idle();
  }
}

void simulation::act() {
  --actions_left_;
  if (process_->has_halted || process_->is_stopping) return;
  if (draws_.bernoulli(settings_.trouble_share)) return make_trouble();
  clients_.ask(*process_->running);
}

void simulation::make_trouble() {
  switch (draws_.uniform(0, 3)) {
    case 0:
      verdict_.note("kill");
      return crash(false);
    case 1:
      verdict_.note("power cut between two functions");
      return crash(true);
    case 2:
      return stop();
    default:
      return usurp();
  }
}

// ---- processes

void simulation::open() {
  auto made = std::make_unique<process>();
  made->number = ++processes_;
  made->faults_seen = disk_.faults();
  made->bound = &good_;
  if (!is_converging_ && draws_.bernoulli(settings_.other_binary)) {
    const registry* others[] = {&with_bug_, &without_workflow_, &without_activity_};
    made->bound = others[draws_.uniform<std::size_t>(0, 2)];
  }
  verdict_.note("process " + std::to_string(made->number) + " opens" +
                (made->bound == &good_ ? "" : " with another binary"));
  auto store = journal::keyed_store::open(disk_.attach(), settings_.store);
  if (!store) {
    if (store.error().code == errc::corrupt) verdict_.violated(store.error().message);
    return disk_.crash(false);
  }
  audit_.check_acknowledged(*witness_);
  checkpoints_.check_all();
  made->store = std::make_unique<observed_store>(std::move(*store), audit_, checkpoints_);
  engine_executors where;
  where.shards.assign(queues_.begin(), queues_.begin() + settings_.shards);
  where.journal = queues_[settings_.shards];
  where.blocking = queues_[settings_.shards + 1];
  where.io = queues_[settings_.shards + 2];
  where.sync = queues_[settings_.shards + 3];
  where.background = queues_[settings_.shards + 4];
  for (std::uint32_t i = 0; i < settings_.shards; ++i) {
    where.seats.push_back(&seats_.emplace_back());
  }
  made->running = std::make_unique<engine>(settings_.engine, *made->bound, *made->store, clock_,
                                           entropy_, where);
  made->running->on_report([this, number = made->number](const std::string& line) {
    verdict_.note("report: " + line);
    if (!process_ || process_->number != number) return;
    if (line.starts_with("the journal takes no more appends")) process_->has_halted = true;
  });
  process_ = std::move(made);
  if (!process_->running->open()) crash(false);
}

void simulation::crash(bool power_lost) {
  clients_.process_died();
  activities_.forget();
  scheduler_.drop_all();
  process_.reset();
  scheduler_.drop_all();
  audit_.process_ended();
  disk_.crash(power_lost);
}

void simulation::stop() {
  verdict_.note("stop");
  process_->is_stopping = true;
  process_->running->stop([this, number = processes_] {
    if (process_ && process_->number == number) process_->has_stopped = true;
  });
}

void simulation::finish_stop() {
  verdict_.note("stopped");
  if (clients_.open() > 0) verdict_.violated("the engine has stopped and left requests unanswered");
  clients_.process_died();
  activities_.abandon();
  process_.reset();
  audit_.process_ended();
  disk_.crash(false);
}

// Another runtime takes the journal over: this one has to find out, and to stop.
void simulation::usurp() {
  verdict_.note("another owner");
  if (process_->store->acquire_epoch()) process_->is_usurped = true;
}

// What the thread of a shard does takes long: its shard goes on with another one.
void simulation::take_a_seat() {
  for (auto at = seats_.rbegin(); at != seats_.rend(); ++at) {
    if (at->absence() == 0) continue;
    if (slow_draws_.bernoulli(settings_.slow_rate) && at->take(at->absence())) {
      verdict_.note("a shard gets another thread");
    }
    return;
  }
}

// What replays for long, on the background's thread or on that of a shard that has left its seat,
// looks at the journal while the others go on.
void simulation::let_others_run(bool at_checkpoint) {
  const auto here = scheduler_.running();
  if (!here) return;
  const bool is_shard = *here < settings_.shards;
  if (is_shard && at_checkpoint) ++resumptions_;
  const bool is_away = is_shard && seats_[seats_.size() - settings_.shards + *here].absence() != 0;
  if (!is_away && *here != settings_.shards + 4) return;
  while (beside_draws_.bernoulli(settings_.beside_rate) && scheduler_.step()) {
    ++steps_;
    verdict_.note(scheduler_.last_choice());
  }
}

// ---- when nothing is ready

bool simulation::is_healthy() const {
  return process_ && !process_->has_halted && !process_->is_stopping && !process_->is_usurped &&
         !process_->store->trouble();
}

// Long enough without a fault for every wait of the engine to have ended, also when one wait
// follows another: a look at the journal that failed, then an append that is tried again.
bool simulation::is_calm() const { return process_->calm_for > 4 * longest_wait(); }

microseconds simulation::longest_wait() const {
  const auto& options = settings_.engine;
  return options.stuck_maximum_backoff + options.sweep_interval + seconds(1);
}

void simulation::idle() {
  if (process_->has_stopped) return finish_stop();
  if (process_->has_halted) {
    if (clients_.open() > 0)
      verdict_.violated("the engine has halted and left requests unanswered");
    return crash(draws_.bernoulli(0.3));
  }
  check_idle();
  if (!is_converging_ && draws_.bernoulli(0.3)) return act();
  pass_time();
}

void simulation::check_idle() {
  if (disk_.faults() != process_->faults_seen) {
    process_->faults_seen = disk_.faults();
    process_->calm_for = microseconds(0);
  }
  check_rows(audit_, *witness_, verdict_);
  if (!is_healthy() || !is_calm()) return;
  // A sweep looks at the clock when it begins, and time may pass before it has ended. After a jump
  // the next one is still to come.
  const auto interval = settings_.engine.sweep_interval + seconds(1);
  const bool has_swept = process_->unmoved_for > 2 * interval;
  idle_engine seen{activities_,
                   settings_.engine.activities_at_once,
                   settings_.queues,
                   has_swept ? clock_.now() - interval : journal::wall_time::min(),
                   {}};
  process_->running->stuck(
      [&seen](result<std::vector<stuck_run>> r) { seen.stuck = std::move(r.value()); });
  drain();
  check_reasons(audit_, seen, verdict_);
  if (clients_.unanswered() > 0) verdict_.violated("a request is not answered, nor will it be");
}

void simulation::drain() {
  for (std::uint64_t busy = 0; scheduler_.step(); ++busy) {
    ++steps_;
    verdict_.note(scheduler_.last_choice());
    if (busy > most_busy_steps) return verdict_.violated("the engine spins");
  }
}

void simulation::pass_time() {
  if (!is_converging_ && time_draws_.bernoulli(settings_.jump_rate)) {
    const bool is_far = clock_.now() > std::chrono::sys_days(std::chrono::year(2200) / 1 / 1);
    const hours jumps[] = {hours(-1), hours(1), is_far ? hours(-1) : hours(24 * 3'652)};
    return jump(jumps[time_draws_.uniform<std::size_t>(0, 2)]);
  }
  const auto next = clock_.until_next();
  const microseconds leap(
      static_cast<std::int64_t>(time_draws_.exponential(is_converging_ ? 20e6 : 4e6)));
  advance(next && time_draws_.bernoulli(0.5) ? *next : leap);
}

void simulation::advance(microseconds by) {
  // A leap ends one wait at most.
  for (microseconds* each : {&process_->calm_for, &process_->unmoved_for}) {
    if (*each < hours(1'000'000)) *each += std::min(by, longest_wait());
  }
  clock_seen_.moved_to(clock_.now() + by);
  clock_.advance(by);
  if (verdict_.is_tracing()) verdict_.say(to_text(clock_.now()));
  verdict_.note(static_cast<std::uint64_t>(clock_.now().time_since_epoch().count()));
}

void simulation::jump(hours by) {
  process_->unmoved_for = microseconds(0);
  clock_seen_.moved_to(clock_.now() + by);
  clock_.set(clock_.now() + by);
  verdict_.note("the clock jumps by " + std::to_string(by.count()) + " h");
}

// ---- the end

// Faults end, what is needed comes: then every run has to finish.
void simulation::converge() {
  verdict_.note("faults end");
  is_converging_ = true;
  disk_.heal();
  activities_.show_mercy();
  int rounds = 0;
  int quiet = 0;
  for (; rounds < most_rounds && quiet < 8 && verdict_.holds(); ++rounds) {
    const bool is_useless = process_ && (process_->has_halted || process_->is_usurped ||
                                         process_->is_stopping || process_->bound != &good_);
    if (is_useless) crash(false);
    if (!process_) open();
    if (!process_) continue;
    drain();
    if (process_->has_halted) continue;
    check_idle();
    quiet = audit_.unfinished() == 0 && is_calm() ? quiet + 1 : 0;
    for (const auto& [run, each] : audit_.runs()) {
      if (each.is_held() && !each.outcome()) {
        clients_.resume(*process_->running, each.workflow_id());
      }
      if (!each.outcome() && draws_.bernoulli(0.3)) {
        clients_.feed(*process_->running, each.workflow_id());
      }
    }
    pass_time();
  }
  if (rounds == most_rounds) {
    verdict_.violated(std::to_string(audit_.unfinished()) + " runs do not end though faults have");
  }
}

void simulation::check_end() {
  drain();
  for (const auto& id : settings_.workflow_ids) clients_.wait_for(*process_->running, id);
  drain();
  if (clients_.open() > 0) verdict_.violated("a finished run does not answer who waits for it");
  check_rows(audit_, *witness_, verdict_);
  if (!witness_->messages(std::nullopt, 1).value().empty()) {
    verdict_.violated("a message is never settled");
  }
  audit_.check_all_replays();
  audit_.check_acknowledged(*witness_);
  checkpoints_.check_all();
  if (scheduler_.longest_queue() > longest_queue) verdict_.violated("a queue has no bound");

  simulated_disk copy(stream_of(seed_, "copy"), verdict_);
  disk_.copy_to(copy);
  auto rebuilt = journal::keyed_store::open(copy.attach(), settings_.store);
  if (!rebuilt || !(*rebuilt)->rebuild()) return verdict_.violated("the rows cannot be rebuilt");
  if (copy.visible(journal::space::rows) != disk_.visible(journal::space::rows)) {
    verdict_.violated("rows derived again are others");
  }
  checkpoints_.check_collection(**rebuilt);
  stop();
  for (int i = 0; i < 10 && !process_->has_stopped; ++i) {
    drain();
    pass_time();
  }
  drain();
  if (!process_->has_stopped) return verdict_.violated("the engine does not stop");
  finish_stop();
}

}  // namespace theus::simulation
