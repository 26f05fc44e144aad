#include "simulation/simulated_activities.hpp"

#include <algorithm>
#include <optional>
#include <stop_token>

#include <boost/asio/post.hpp>

#include "theus/heartbeat.hpp"

#include "simulation/random_plan.hpp"

namespace theus::simulation {

class simulated_activities::type final : public activity_type {
 public:
  type(simulated_activities& world, std::string name, kind how)
      : world_(world), name_(std::move(name)), how_(how) {}

  const std::string& name() const override { return name_; }
  kind how() const override { return how_; }
  attempt_outcome run(attempt& a, const journal::payload& arguments) const override {
    return world_.run_at_once(name_, a, arguments);
  }
  void launch(const boost::asio::any_io_executor&, std::shared_ptr<attempt> a,
              const journal::payload& arguments,
              std::function<void(attempt_outcome)> done) const override {
    world_.begin(name_, std::move(a), arguments, std::move(done));
  }

 private:
  simulated_activities& world_;
  std::string name_;
  kind how_;
};

struct simulated_activities::one {
  std::uint64_t process = 0;
  std::shared_ptr<attempt> self;
  attempt_outcome outcome;
  std::function<void(attempt_outcome)> done;
  bool hangs = false;
  std::unique_ptr<wall_clock::alarm> end_at;
  std::optional<std::stop_callback<std::function<void()>>> told_to_stop;
  std::chrono::milliseconds pause{0};  // between its heartbeats; zero: there are none
  std::chrono::microseconds last_sign{0};
  std::unique_ptr<wall_clock::alarm> beat_at;
};

simulated_activities::simulated_activities(random_stream draws, testing::manual_clock& clock,
                                           boost::asio::any_io_executor io,
                                           const activity_habits& habits, watcher& watch)
    : draws_(std::move(draws)), clock_(clock), io_(std::move(io)), habits_(habits), watch_(watch) {}

simulated_activities::~simulated_activities() = default;

void simulated_activities::bind_to(registry& what) {
  what.activities[fetch.name()] =
      std::make_shared<type>(*this, fetch.name(), activity_type::kind::asynchronous);
  what.activities[compute.name()] =
      std::make_shared<type>(*this, compute.name(), activity_type::kind::blocking);
}

bool simulated_activities::is_running(const std::string& idempotency_key) const {
  return std::ranges::any_of(running_, [&](const auto& each) {
    return each.second->process == process_ &&
           each.second->self->idempotency_key() == idempotency_key;
  });
}

std::size_t simulated_activities::running() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      running_, [this](const auto& each) { return each.second->process == process_; }));
}

// What is destroyed may hold the last of an engine, whose end asks others to stop.
void simulated_activities::forget() {
  ++process_;
  for (auto& [serial, each] : running_) each->told_to_stop.reset();
  const auto gone = std::exchange(running_, {});
}

void simulated_activities::show_mercy() {
  habits_ = {};
  for (auto& [serial, each] : running_) {
    if (each->hangs) end_after(serial, std::chrono::milliseconds(10));
  }
}

attempt_outcome simulated_activities::draw_outcome(const journal::payload& arguments) {
  if (draws_.bernoulli(habits_.fails))
    return attempt_failure{{"flaky", "the next attempt may succeed", {}}, true};
  if (draws_.bernoulli(habits_.gives_up)) {
    const bool by_type = draws_.bernoulli(0.5);
    return attempt_failure{{by_type ? hopeless : "refused", "for good", {}}, by_type};
  }
  return encode(answer_to(std::get<0>(decode_arguments<std::int64_t>(arguments))));
}

attempt_outcome simulated_activities::run_at_once(const std::string& name, attempt& a,
                                                  const journal::payload& arguments) {
  watch_.activity_begins(a, name, arguments);
  find_left(a);
  auto outcome = draw_outcome(arguments);
  watch_.activity_ends(a, outcome);
  return outcome;
}

void simulated_activities::begin(const std::string& name, std::shared_ptr<attempt> a,
                                 const journal::payload& arguments,
                                 std::function<void(attempt_outcome)> done) {
  watch_.activity_begins(*a, name, arguments);
  const auto serial = next_serial_++;
  auto& begun = *(running_[serial] = std::make_unique<one>());
  begun.process = process_;
  begun.self = a;
  begun.outcome = draw_outcome(arguments);
  begun.done = std::move(done);
  begun.hangs = draws_.bernoulli(habits_.hangs);
  const bool is_deaf = !begun.hangs && draws_.bernoulli(habits_.is_deaf);
  const bool beats = draws_.bernoulli(habits_.beats);
  const auto lasts = draws_.uniform<std::int64_t>(0, habits_.longest_ms);
  if (!begun.hangs) end_after(serial, std::chrono::milliseconds(lasts));
  begun.last_sign = clock_.passed();
  find_left(*a);
  if (beats) {
    begun.pause = std::chrono::milliseconds(draws_.uniform<std::int64_t>(1, 4'000));
    beat_after(serial);
  }
  begun.told_to_stop.emplace(a->stop(), [this, serial, is_deaf, &begun] {
    if (begun.process == process_) {
      watch_.activity_is_stopped(*begun.self, clock_.passed() - begun.last_sign);
    }
    if (is_deaf) return;
    boost::asio::post(io_, [this, serial] {
      const auto found = running_.find(serial);
      if (found == running_.end()) return;
      found->second->outcome = attempt_failure{{"stopped", "was told to stop", {}}, true};
      end(serial);
    });
  });
}

void simulated_activities::find_left(attempt& a) {
  watch_.activity_finds(a, a.last_heartbeat<std::int64_t>());
}

void simulated_activities::beat_after(std::uint64_t serial) {
  one& begun = *running_.at(serial);
  begun.beat_at = clock_.set_delay(io_, begun.pause, [this, serial] {
    const auto found = running_.find(serial);
    if (found == running_.end() || found->second->process != process_) return;
    beat(*found->second);
    beat_after(serial);
  });
}

void simulated_activities::beat(one& begun) {
  begun.last_sign = clock_.passed();
  const auto details = ++beats_;
  watch_.activity_beats(*begun.self, details);
  if (details % 5 == 0) {
    begun.self->heartbeat();
  } else {
    begun.self->heartbeat(details);
  }
}

void simulated_activities::end_after(std::uint64_t serial, std::chrono::milliseconds delay) {
  running_.at(serial)->end_at =
      clock_.set_alarm(io_, clock_.now() + delay, [this, serial] { end(serial); });
}

void simulated_activities::end(std::uint64_t serial) {
  const auto found = running_.find(serial);
  if (found == running_.end()) return;
  const auto ended = std::move(found->second);
  running_.erase(found);
  ended->told_to_stop.reset();
  if (ended->process == process_) watch_.activity_ends(*ended->self, ended->outcome);
  ended->done(ended->outcome);
}

}  // namespace theus::simulation
