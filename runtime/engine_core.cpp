#include "engine_core.hpp"

#include <iomanip>
#include <sstream>
#include <stdexcept>

#include "theus/runtime/shard_seat.hpp"

#include "retry.hpp"

namespace theus {
namespace {

// How long stop() waits for activities that were asked to stop.
constexpr std::chrono::seconds stop_grace{5};

engine_options watched(engine_options options, const registry& what) {
  options.machine_bounds = what.watched(options.machine_bounds);
  return options;
}

}  // namespace

engine_core::engine_core(engine_options options_, const registry& what_, journal::store& store,
                         wall_clock& clock_, entropy& random, engine_executors where_)
    : options(watched(std::move(options_), what_)),
      what(what_),
      journal(store),
      clock(clock_),
      where(std::move(where_)),
      writer(*this),
      dispatcher(*this, options.activities_at_once, what.queues),
      relay(*this),
      sweep(*this),
      checkpoints(*this),
      retention(*this),
      random_(random) {
  if (where.shards.empty()) throw std::invalid_argument("an engine needs at least one shard");
  if (!where.seats.empty() && where.seats.size() != where.shards.size()) {
    throw std::invalid_argument("an engine needs a seat for each of its shards, or none");
  }
  for (std::uint32_t i = 0; i < where.shards.size(); ++i) {
    shards_.push_back(std::make_unique<shard>(*this, i));
  }
  open_shards_ = shard_count();
}

void engine_core::post_answers(std::uint32_t index, std::vector<append_done> answers) {
  post_to_shard(
      index, [answers = std::move(answers)](shard& s) mutable { s.answered(std::move(answers)); });
}

void engine_core::deliver(std::string workflow_id, journal::event event, answer<void> done) {
  const auto index = shard_of(journal::shard_key_of(workflow_id));
  post_to_shard(index, [workflow_id = std::move(workflow_id), event = std::move(event),
                        done = std::move(done)](shard& s) mutable {
    s.deliver(workflow_id, std::move(event), std::move(done));
  });
}

void engine_core::deliver(journal::run_id run, journal::event event, answer<void> done) {
  post_to_shard(shard_of(run.shard_key()),
                [run, event = std::move(event), done = std::move(done)](shard& s) mutable {
                  s.deliver(run, std::move(event), std::move(done));
                });
}

void engine_core::start_child(start_request wish, const journal::message_id& parent,
                              answer<start_reply> done) {
  const auto index = shard_of(journal::shard_key_of(wish.workflow_id));
  post_to_shard(index, [wish = std::move(wish), parent, done = std::move(done)](shard& s) mutable {
    s.start(std::move(wish), std::move(done), parent);
  });
}

void engine_core::deliver_to_child(std::string workflow_id, const journal::message_id& parent,
                                   journal::event event, answer<void> done) {
  const auto index = shard_of(journal::shard_key_of(workflow_id));
  post_to_shard(index, [workflow_id = std::move(workflow_id), parent, event = std::move(event),
                        done = std::move(done)](shard& s) mutable {
    s.deliver_to_child(workflow_id, parent, std::move(event), std::move(done));
  });
}

void engine_core::attempt_began(const std::shared_ptr<activity_task>& task) {
  if (task->command.start_to_close_ms == 0 && task->command.timeouts.empty()) return;
  post_to_shard(task->shard, [task](shard& s) { s.attempt_began(task); });
}

void engine_core::attempt_ended(const std::shared_ptr<activity_task>& task,
                                attempt_outcome outcome) {
  outcome_box& box = shards_[task->shard]->ended;
  if (!box.put(task, std::move(outcome))) return;
  try {
    post_to_shard(task->shard, [](shard& s) { s.attempts_ended(); });
  } catch (...) {  // no memory for it: the next one tries again
    box.was_not_told();
    throw;
  }
}

std::function<void()> engine_core::guarded(std::function<void()> f) {
  return [weak = weak_from_this(), f = std::move(f)] {
    if (const auto keep = weak.lock(); keep && !keep->is_closed()) f();
  };
}

std::function<void()> engine_core::guarded_on_shard(std::uint32_t index, std::function<void()> f) {
  return guarded([to = shards_[index].get(), f = std::move(f)] {
    f();
    to->run_ready(to->coming.load(std::memory_order_relaxed) > 0);
  });
}

journal::run_id engine_core::new_run_id(std::uint32_t shard_key) {
  const auto drawn = new_seed();
  return journal::run_id::make(shard_key, drawn.high, drawn.low);
}

random_seed engine_core::new_seed() {
  const std::lock_guard lock(random_mutex_);
  return random_.seed();
}

std::string engine_core::new_update_id() {
  const random_seed drawn = new_seed();
  std::ostringstream text;
  text << std::hex << std::setfill('0') << std::setw(16) << drawn.high << std::setw(16)
       << drawn.low;
  return text.str();
}

std::optional<error> engine_core::refusal() const {
  if (!troubled_ && !halted_ && !stopping_) return std::nullopt;
  const std::lock_guard lock(state_mutex_);
  if (halt_reason_) return halt_reason_;
  if (stopping_) return error{errc::stopped, "the runtime is shutting down"};
  return trouble_;
}

void engine_core::set_trouble(std::optional<error> why) {
  const std::lock_guard lock(state_mutex_);
  trouble_ = std::move(why);
  troubled_ = trouble_.has_value();
}

void engine_core::halt(error why) {
  {
    const std::lock_guard lock(state_mutex_);
    if (halt_reason_) return;
    halt_reason_ = why;
    halted_ = true;
  }
  dispatcher.close();
  checkpoints.close();
  report("the journal takes no more appends: " + why.message);
  for (std::uint32_t i = 0; i < shard_count(); ++i) {
    post_to_shard(i, [why](shard& s) { s.halt(why); });
  }
}

void engine_core::disk_recovered() {
  sweep.begin();
  for (std::uint32_t i = 0; i < shard_count(); ++i) {
    post_to_shard(i, [](shard& s) { s.disk_recovered(); });
  }
}

result<void> engine_core::open() {
  if (options.build.size() > options.bounds.name_bytes) {
    return error{errc::limit_exceeded,
                 "engine_options::build has " + std::to_string(options.build.size()) +
                     " bytes, and a record takes " + std::to_string(options.bounds.name_bytes)};
  }
  const auto acquired = journal.acquire_epoch();
  if (!acquired) return acquired.error();
  owner_ = *acquired;
  for (std::uint32_t i = 0; i < where.seats.size(); ++i) {
    where.seats[i]->on_taken([weak = weak_from_this(), i] {
      if (const auto core = weak.lock()) core->post_to_shard(i, [](shard& s) { s.taken_over(); });
    });
  }
  sweep.begin();
  return {};
}

// In order: nothing new comes in; attempts end, or the grace does; turns in flight commit; the
// journal executor has written what was queued.
void engine_core::stop(std::function<void()> done) {
  bool is_first = false;
  {
    const std::lock_guard lock(state_mutex_);
    if (!closed_) {
      is_first = !stopping_.exchange(true);
      stop_callbacks_.push_back(std::move(done));
      done = nullptr;
    }
  }
  if (done) {
    post(where.journal, std::move(done));
    return;
  }
  if (!is_first) return;
  dispatcher.close();
  checkpoints.close();
  for (std::uint32_t i = 0; i < shard_count(); ++i) {
    post_to_shard(i, [](shard& s) { s.ask_attempts_to_stop(); });
  }
  post(where.journal, [this] {
    grace_ = clock.set_delay(where.journal, stop_grace, guarded([this] {
                               report("stopping while activities still run");
                               close_shards();
                             }));
    activities_idle();
  });
}

void engine_core::activities_idle() {
  if (!stopping_) return;
  post(where.journal, [this] {
    if (dispatcher.running() == 0) close_shards();
  });
}

void engine_core::close_shards() {
  if (std::exchange(closing_shards_, true)) return;
  grace_.reset();
  sweep.end();
  for (std::uint32_t i = 0; i < shard_count(); ++i) {
    post_to_shard(i, [](shard& s) { s.close(); });
  }
}

void engine_core::shard_closed() {
  post(where.journal, [this] {
    if (--open_shards_ == 0) finish_stop();
  });
}

void engine_core::finish_stop() {
  // A checkpoint that is being taken still uses the journal.
  post(where.background,
       [this] { post(where.journal, [this] { writer.close([this] { say_stopped(); }); }); });
}

void engine_core::say_stopped() {
  std::vector<std::function<void()>> callbacks;
  {
    const std::lock_guard lock(state_mutex_);
    closed_ = true;
    callbacks.swap(stop_callbacks_);
  }
  for (const auto& done : callbacks) {
    if (done) done();
  }
}

void engine_core::report(const std::string& line) {
  const std::lock_guard lock(report_mutex_);
  if (sink_) sink_(line);
}

void engine_core::on_report(std::function<void(const std::string&)> sink) {
  const std::lock_guard lock(report_mutex_);
  sink_ = std::move(sink);
}

}  // namespace theus
