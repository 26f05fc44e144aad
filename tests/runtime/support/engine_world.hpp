#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "theus/application.hpp"
#include "theus/journal/stores.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/testing/manual_clock.hpp"

#include "runtime/support/faulty_store.hpp"
#include "runtime/support/held_activity.hpp"

namespace theus::testing {

// A whole engine in one thread, on a clock that stands still until told otherwise: everything that
// happens follows from what the test did. The journal outlives the engine, so a world can crash,
// close and come back, with another application if need be.
class engine_world {
 public:
  explicit engine_world(application app);
  ~engine_world();

  engine_options options;  // used at the next open; paranoid unless a test says otherwise
  application app;         // also
  manual_clock clock;
  faulty_store& store() { return *faulty_; }
  // Attempts of activity `name` end when the test says so.
  held_activity& hold(const std::string& name);

  void open();
  // Without running anything yet: what the test does next comes before what the journal holds.
  void open_unsettled();
  // Gracefully.
  void close();
  // As SIGKILL does: what is not in the journal is gone.
  void crash();
  void replace_store(std::unique_ptr<journal::store> with);

  // Runs everything that can run without time passing.
  void settle();
  void advance(std::chrono::microseconds by);

  engine& running() { return *engine_; }
  bool is_open() const { return engine_ != nullptr; }
  boost::asio::io_context& io() { return *io_; }

  // ---- requests, settled
  result<start_reply> start(const std::string& type, const std::string& workflow_id,
                            const std::string& arguments = "[]",
                            const std::string& request_id = "");
  result<void> signal(const std::string& workflow_id, const std::string& name,
                      const std::string& value, const std::string& request_id = "");
  result<void> cancel(const std::string& workflow_id);
  result<void> terminate(const std::string& workflow_id, const std::string& reason = "");
  result<void> pause(const std::string& workflow_id);
  result<void> resume(const std::string& workflow_id);
  result<void> resolve(const std::string& token, const std::string& value);
  result<void> reject(const std::string& token, const std::string& type);
  result<void> retry_now(const std::string& workflow_id);
  // Nothing while it is not answered.
  std::optional<result<journal::payload>> query(const std::string& id, const std::string& name,
                                                const std::string& arguments = "[]");
  // Nothing while it is not answered.
  std::optional<result<update_reply>> update(const std::string& workflow_id,
                                             const std::string& name, const std::string& arguments,
                                             const std::string& update_id = "",
                                             update_stage stage = update_stage::completed);
  // Nothing while the run goes on.
  std::optional<result<run_outcome>> outcome(const std::string& workflow_id);
  // Of a completed run; a test failure otherwise.
  std::string result_of(const std::string& workflow_id);
  std::vector<stuck_run> stuck();

  // ---- what the journal holds
  journal::run_id run_of(const std::string& workflow_id);
  std::vector<journal::record> records(const std::string& workflow_id);
  std::vector<journal::event> events(const std::string& workflow_id);  // of turns and intakes
  std::size_t intakes(const std::string& workflow_id);
  std::size_t timer_rows();
  std::size_t task_rows();
  std::size_t backlog_rows();
  std::size_t message_rows();

  std::vector<std::string> reports;
  bool was_reported(const std::string& part) const;

 private:
  registry bound_;
  std::map<std::string, std::shared_ptr<held_activity>> held_;
  std::unique_ptr<journal::store> behind_;
  std::unique_ptr<faulty_store> faulty_;
  seeded_entropy entropy_;
  std::unique_ptr<boost::asio::io_context> io_;
  std::unique_ptr<engine> engine_;
};

// One of each kind, so that tests read as what happened.
template <class Event>
std::size_t count_of(const std::vector<journal::event>& events) {
  std::size_t found = 0;
  for (const auto& e : events) found += std::holds_alternative<Event>(e) ? 1 : 0;
  return found;
}

}  // namespace theus::testing
