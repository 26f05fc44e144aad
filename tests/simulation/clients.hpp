#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "theus/runtime/engine.hpp"

#include "simulation/auditor.hpp"
#include "simulation/settings.hpp"
#include "simulation/verdict.hpp"

namespace theus::simulation {

// Those who start runs, signal, cancel and wait for them, and hold every answer against the disk.
// What they ask follows from their own random streams alone.
class clients {
 public:
  clients(std::uint64_t seed, const settings& how, auditor& audit, verdict& outcome);

  // Asks for something, or for the same thing again.
  void ask(engine& of);
  // A signal for whoever waits for one.
  void feed(engine& of, const std::string& workflow_id);
  void wait_for(engine& of, const std::string& workflow_id);
  // For a run that was told to stand still.
  void resume(engine& of, const std::string& workflow_id);

  // Who lives by its engine expects no more answers from it.
  void process_died() {
    ++process_;
    open_ = waiting_ = 0;
  }
  // Requests that the living engine has not answered, other than waiting for an end.
  std::size_t unanswered() const { return open_ - waiting_; }
  // Also those.
  std::size_t open() const { return open_; }

 private:
  void start(engine& of, const std::string& workflow_id);
  void signal(engine& of, signal_request request);
  void cancel(engine& of, const std::string& workflow_id);
  // A promise that is open somewhere, or the one before once more, maybe otherwise.
  void settle(engine& of);
  // An update of some run, now and then with an id that was used before; some are to be rejected.
  void amend(engine& of);
  void retry(engine& of, const std::string& workflow_id);
  // Ends a run, holds it or lets it go on.
  void rule(engine& of);
  std::function<void(result<void>)> ruled(std::string what, const std::string& workflow_id,
                                          journal::event ruling);
  template <class T, class Check>
  std::function<void(result<T>)> answered(std::string what, Check check);
  void refused(const std::string& what, const std::string& workflow_id, bool was_known,
               const error& why);
  bool knows(const std::string& workflow_id) const;

  const settings& settings_;
  auditor& audit_;
  verdict& verdict_;
  random_stream draws_;
  random_stream plans_;
  random_stream settlements_;
  random_stream rulings_;
  random_stream updates_;
  random_stream starts_;
  std::optional<settle_request> settled_last_;
  std::uint64_t process_ = 0;
  std::size_t open_ = 0;
  std::size_t waiting_ = 0;
  std::int64_t next_value_ = 1;
};

}  // namespace theus::simulation
