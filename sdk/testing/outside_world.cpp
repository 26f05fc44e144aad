#include "outside_world.hpp"

#include <algorithm>

#include <boost/asio/any_io_executor.hpp>

#include "theus/runtime/describe.hpp"

namespace theus::testing {

struct outside_world::plan {
  std::string name;
  std::shared_ptr<const activity_type> does;  // null: neither bound nor mocked
  std::vector<std::pair<attempts, attempt_failure>> failures;
  std::vector<std::pair<attempts, std::chrono::microseconds>> delays;
};

struct outside_world::under_way {
  std::shared_ptr<plan> how;
  boost::asio::any_io_executor io;
  std::shared_ptr<attempt> self;
  journal::payload arguments;
  std::function<void(attempt_outcome)> done;
  journal::wall_time answers_at;
  bool is_for_real = false;
  std::optional<attempt_outcome> outcome;

  bool has_begun_effect() const { return is_for_real || outcome.has_value(); }
  bool is_wanted() const { return !self->stop().stop_requested(); }
  bool waits_for_mock() const {
    return !has_begun_effect() && is_wanted() && !how->does && !failure_of(*this);
  }
  void never_begin() {
    outcome = attempt_failure{{"stopped", "was told to stop before it began", {}}, true};
  }
};

// Attempts are launched, and so end when they are told to, whatever kind of function they run.
class outside_world::type final : public activity_type {
 public:
  type(outside_world& in, std::shared_ptr<plan> how) : in_(in), how_(std::move(how)) {}

  const std::string& name() const override { return how_->name; }
  kind how() const override { return kind::asynchronous; }
  attempt_outcome run(attempt&, const journal::payload&) const override {
    return attempt_failure{{"internal", "a staged activity is launched, not run", {}}, false};
  }
  void launch(const boost::asio::any_io_executor& io, std::shared_ptr<attempt> a,
              const journal::payload& arguments,
              std::function<void(attempt_outcome)> done) const override {
    in_.begin(how_, io, std::move(a), arguments, std::move(done));
  }

 private:
  outside_world& in_;
  std::shared_ptr<plan> how_;
};

outside_world::outside_world(const registry& bound, const wall_clock& clock,
                             std::function<void(const std::string&)> listener)
    : staged_(bound), clock_(clock), listener_(std::move(listener)) {
  for (const auto& [name, does] : bound.activities) plan_of(name).does = does;
}

outside_world::~outside_world() = default;

outside_world::plan& outside_world::plan_of(const std::string& activity) {
  auto& found = plans_[activity];
  if (!found) {
    found = std::make_shared<plan>();
    found->name = activity;
    staged_.activities[activity] = std::make_shared<type>(*this, found);
  }
  return *found;
}

void outside_world::mock(const std::string& activity, std::shared_ptr<const activity_type> with) {
  plan_of(activity).does = std::move(with);
}

void outside_world::fail(const std::string& activity, attempts which, attempt_failure how) {
  plan_of(activity).failures.emplace_back(which, std::move(how));
}

void outside_world::delay(const std::string& activity, attempts which,
                          std::chrono::microseconds lasts) {
  plan_of(activity).delays.emplace_back(which, lasts);
}

void outside_world::begin(const std::shared_ptr<plan>& how, const boost::asio::any_io_executor& io,
                          std::shared_ptr<attempt> a, const journal::payload& arguments,
                          std::function<void(attempt_outcome)> done) {
  auto one = std::make_unique<under_way>();
  one->how = how;
  one->io = io;
  one->answers_at = clock_.now();
  for (const auto& [which, lasts] : how->delays) {
    if (which.holds(a->number())) one->answers_at = clock_.now() + lasts;
  }
  seen_.push_back(
      {how->name, a->workflow_id(), a->idempotency_key(), a->number(), clock_.now(), arguments});
  if (ended_.contains(a->idempotency_key()) && repeated_.empty()) {
    repeated_ = "activity '" + how->name + "' of '" + a->workflow_id() +
                "' runs again although its end is recorded";
  }
  one->self = std::move(a);
  one->arguments = arguments;
  one->done = std::move(done);
  under_way_.emplace(next_serial_++, std::move(one));
}

std::vector<outside_world::step> outside_world::possible() const {
  std::vector<step> steps;
  const auto now = clock_.now();
  for (const auto& [serial, one] : under_way_) {
    using enum step::kind;
    const bool is_wanted = one->is_wanted();
    if (one->outcome && one->answers_at <= now) steps.push_back({serial, answers, is_wanted});
    if (one->has_begun_effect() || one->waits_for_mock()) continue;
    if (!is_wanted) steps.push_back({serial, never_begins, false});
    if (one->how->does || failure_of(*one)) steps.push_back({serial, takes_effect, is_wanted});
  }
  return steps;
}

void outside_world::make(const step& next) {
  if (next.what == step::kind::answers) return answer(next.attempt);
  auto& one = *under_way_.at(next.attempt);
  if (next.what == step::kind::takes_effect) return take_effect(one);
  one.never_begin();
  answer(next.attempt);
}

void outside_world::let_fail(const step& instead_of) {
  auto& one = *under_way_.at(instead_of.attempt);
  say(one, instead_of.what == step::kind::answers ? "fails after its effect"
                                                  : "fails before its effect");
  one.outcome = attempt_failure{{"explored", "the order lets this attempt fail", {}}, true};
  answer(instead_of.attempt);
}

const attempt_failure* outside_world::failure_of(const under_way& one) {
  const attempt_failure* fails = nullptr;
  for (const auto& [which, how] : one.how->failures) {
    if (which.holds(one.self->number())) fails = &how;
  }
  return fails;
}

void outside_world::take_effect(under_way& one) {
  if (const auto* fails = failure_of(one)) {
    one.outcome = *fails;
    return say(one, "fails: " + fails->info.type + ": " + fails->info.message);
  }
  const auto does = one.how->does;
  if (does->how() == activity_type::kind::blocking) {
    say(one, "takes effect");
    one.outcome = does->run(*one.self, one.arguments);
    return;
  }
  one.is_for_real = true;
  say(one, "begins for real");
  // It may outlive its process, and end when nobody waits for it any more.
  const auto serial = std::ranges::find_if(under_way_, [&](const auto& e) {
                        return e.second.get() == &one;
                      })->first;
  does->launch(one.io, one.self, one.arguments, [this, serial](attempt_outcome outcome) {
    const auto found = under_way_.find(serial);
    if (found == under_way_.end()) return;
    found->second->is_for_real = false;
    found->second->outcome = std::move(outcome);
  });
}

void outside_world::answer(std::uint64_t serial) {
  const auto one = std::move(under_way_.extract(serial).mapped());
  const auto* failed = std::get_if<attempt_failure>(&*one->outcome);
  say(*one, failed ? "answers that it failed: " + failed->info.type
                   : "answers " + brief(std::get<journal::payload>(*one->outcome)));
  one->done(std::move(*one->outcome));
}

bool outside_world::dismiss_unwanted() {
  bool dismissed = false;
  for (auto each = under_way_.begin(); each != under_way_.end();) {
    const auto serial = each->first;
    auto& one = *(each++)->second;
    if (one.is_for_real || one.is_wanted()) continue;
    if (!one.outcome && keeps_unwanted_) continue;
    if (!one.outcome) one.never_begin();
    dismissed = true;
    answer(serial);
  }
  return dismissed;
}

std::optional<journal::wall_time> outside_world::next_answer() const {
  std::optional<journal::wall_time> first;
  const auto now = clock_.now();
  for (const auto& [serial, one] : under_way_) {
    if (!one->outcome || one->answers_at <= now) continue;
    first = first ? std::min(*first, one->answers_at) : one->answers_at;
  }
  return first;
}

bool outside_world::does_something(const std::string& activity) const {
  const auto found = plans_.find(activity);
  return found != plans_.end() && (found->second->does || !found->second->failures.empty());
}

std::string outside_world::waits_for_mock() const {
  for (const auto& [serial, one] : under_way_) {
    if (one->waits_for_mock()) return one->how->name;
  }
  return {};
}

std::string outside_world::running_for_real() const {
  for (const auto& [serial, one] : under_way_) {
    if (one->is_for_real) return one->how->name;
  }
  return {};
}

// What is destroyed may hold the last of an engine.
void outside_world::forget() { const auto gone = std::exchange(under_way_, {}); }

void outside_world::say(const under_way& one, const std::string& what) const {
  if (!listener_) return;
  listener_(one.how->name + brief(one.arguments) + " of '" + one.self->workflow_id() +
            "', attempt " + std::to_string(one.self->number()) + ": " + what);
}

}  // namespace theus::testing
