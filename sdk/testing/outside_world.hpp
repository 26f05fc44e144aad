#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "theus/runtime/clock.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/testing/attempts.hpp"

namespace theus::testing {

// What the activities of a test do, and the attempts under way: each takes effect and answers when
// it is told to. Outlives the processes whose attempts they are. Thread: one.
class outside_world {
 public:
  // `listener` hears a line for each step.
  outside_world(const registry& bound, const wall_clock& clock,
                std::function<void(const std::string&)> listener);
  ~outside_world();

  // What a process runs: the application's workflows, and activities that are told here what to do.
  registry& staged() { return staged_; }
  // It is bound or mocked, or an attempt of it was told to fail.
  bool does_something(const std::string& activity) const;

  void mock(const std::string& activity, std::shared_ptr<const activity_type> with);
  void fail(const std::string& activity, attempts which, attempt_failure how);
  void delay(const std::string& activity, attempts which, std::chrono::microseconds lasts);

  struct began {
    std::string activity;
    std::string workflow_id;
    std::string idempotency_key;
    std::uint32_t number = 1;
    journal::wall_time at;
    journal::payload arguments;
  };
  const std::vector<began>& attempts_seen() const { return seen_; }
  // The end of the call with this idempotency key is durable: no attempt of it may begin any more.
  void record_end(const std::string& key) { ended_.insert(key); }
  // The first that did all the same; "" for none.
  const std::string& repeated() const { return repeated_; }

  // ---- attempts under way, by what may happen to them next
  struct step {
    enum class kind { takes_effect, answers, never_begins };
    std::uint64_t attempt = 0;
    kind what = kind::takes_effect;
    bool is_wanted = true;  // otherwise nobody hears of it
  };
  // In order of their beginning. Waiting for time, or for something real, is none.
  std::vector<step> possible() const;
  void make(const step& next);
  // The attempt fails instead: it takes no effect, or nobody hears of the one it took.
  void let_fail(const step& instead_of);
  // Answers what is no longer wanted. False: there was nothing.
  bool dismiss_unwanted();
  // From now on such an attempt, as long as it has taken no effect, may still do so: by a step.
  void keep_unwanted() { keeps_unwanted_ = true; }
  // The activity of an attempt that cannot take effect before it is mocked; "" for none.
  std::string waits_for_mock() const;
  // The first time at which an answer that time keeps back may come.
  std::optional<journal::wall_time> next_answer() const;
  // One that waits for something real; "" for none.
  std::string running_for_real() const;
  // The process is gone, and with it whoever waits for its attempts.
  void forget();

 private:
  class type;
  struct plan;
  struct under_way;

  plan& plan_of(const std::string& activity);
  void begin(const std::shared_ptr<plan>& how, const boost::asio::any_io_executor& io,
             std::shared_ptr<attempt> a, const journal::payload& arguments,
             std::function<void(attempt_outcome)> done);
  // What an attempt is told to fail with; null: nothing.
  static const attempt_failure* failure_of(const under_way& one);
  void take_effect(under_way& one);
  void answer(std::uint64_t serial);
  void say(const under_way& one, const std::string& what) const;

  registry staged_;
  const wall_clock& clock_;
  std::function<void(const std::string&)> listener_;
  std::map<std::string, std::shared_ptr<plan>> plans_;
  std::map<std::uint64_t, std::unique_ptr<under_way>> under_way_;  // by when they began
  std::uint64_t next_serial_ = 1;
  std::vector<began> seen_;
  std::set<std::string> ended_;
  std::string repeated_;
  bool keeps_unwanted_ = false;
};

}  // namespace theus::testing
