#include "crash/inspection.hpp"

#include <map>
#include <set>

#include <theus/journal/stores.hpp>

#include "crash/book.hpp"
#include "crash/book_inspection.hpp"
#include "crash/journey.hpp"
#include "ledger.hpp"
#include "witness.hpp"

namespace crash {
namespace {

namespace journal = theus::journal;
using std::int64_t;

struct run_facts {
  std::string workflow_id;
  journal::head head;
  std::vector<journal::payload> results;
  std::set<std::string> signal_ids;  // request ids, or what another run sent as "run/command"
};

class inspector {
 public:
  inspector(const std::filesystem::path& folder, int64_t count)
      : folder_(folder),
        count_(count),
        store_(journal::open_rocksdb_store(folder / "journal").value()) {}

  findings run() {
    checkout::for_each_record(*store_, {},
                              [this](const journal::tail_entry& entry) { visit(entry); });
    index_runs();
    check_rows();
    check_results();
    check_books();
    check_acknowledged();
    check_effects();
    const auto report = checkout::cross_examine(folder_ / "witness", *store_);
    found_.generations = report.generations;
    found_.executions = report.executions;
    found_.recorded_before_a_start = report.recorded;
    found_.violations.insert(found_.violations.end(), report.violations.begin(),
                             report.violations.end());
    return found_;
  }

 private:
  void expect(bool holds, const std::string& sentence) {
    if (!holds) found_.violations.push_back(sentence);
  }

  void visit(const journal::tail_entry& entry) {
    ++found_.records;
    run_facts& facts = runs_[entry.run];
    const journal::record& r = entry.record.value;
    expect(r.at == journal::next(facts.head.at) && r.previous == facts.head.hash,
           "record " + std::to_string(journal::number(r.at)) + " of " + entry.run.to_string() +
               " does not follow the one before it");
    facts.head = journal::head{r.at, entry.record.hash, r.time};
    const auto* turn = std::get_if<journal::turn>(&r.body);
    const auto& events = journal::events_of(r);
    for (const journal::event& event : events) {
      if (const auto* started = std::get_if<journal::started>(&event)) {
        facts.workflow_id = started->workflow_id;
      } else if (const auto* signal = std::get_if<journal::signal_received>(&event)) {
        const std::string id = signal->from ? signal->from->sender.to_string() + "/" +
                                                  signal->from->command.to_string()
                                            : signal->request_id;
        expect(facts.signal_ids.insert(id).second,
               facts.workflow_id + " recorded the signal " + id + " twice");
      } else if (const auto* done = std::get_if<journal::activity_completed>(&event)) {
        if (!std::holds_alternative<journal::payload>(done->outcome)) continue;
        returned_[entry.run.to_string() + "/" + done->command.to_string()] =
            std::get<journal::payload>(done->outcome);
      }
    }
    if (!turn) return;
    for (const journal::command& command : turn->commands) {
      if (const auto* done = std::get_if<journal::complete_run>(&command)) {
        facts.results.push_back(done->result);
      }
    }
  }

  void index_runs() {
    for (const auto& [run, facts] : runs_) {
      expect(by_id_.emplace(facts.workflow_id, run).second,
             facts.workflow_id + " has more than one run");
      ++found_.runs;
    }
  }

  // The store's own view of each run, by its rows and its own check of the chain.
  void check_rows() {
    for (const auto& [run, facts] : runs_) {
      const auto row = store_->instance(run).value();
      expect(row && row->status == journal::run_status::completed,
             facts.workflow_id + " is not completed");
      const auto head = store_->head_of(run).value();
      expect(head && *head == facts.head, facts.workflow_id + ": head and records differ");
      const std::size_t length = journal::number(facts.head.at);
      const auto records = store_->read(run, journal::first_sequence, length + 1);
      expect(records.has_value() && records->size() == length,
             facts.workflow_id + " does not read as " + std::to_string(length) + " records");
    }
    expect(store_->timers(journal::wall_time::max(), {}, 1).value().empty(), "a timer is left");
    expect(store_->tasks({}, 1).value().empty(), "a task is left");
    expect(store_->backlog({}, 1).value().empty(), "an intake is left");
  }

  const run_facts* facts_of(const std::string& workflow_id) const {
    const auto run = by_id_.find(workflow_id);
    return run == by_id_.end() ? nullptr : &runs_.at(run->second);
  }

  void check_results() {
    found_.books = books_for(count_);
    found_.runs -= found_.books;
    expect(found_.runs == count_, "there are " + std::to_string(found_.runs) + " runs for " +
                                      std::to_string(count_) + " journeys");
    for (int64_t number = 0; number < count_; ++number) {
      const run_facts* facts = facts_of(journey_id(number));
      if (!facts) {
        expect(false, journey_id(number) + " is lost");
        continue;
      }
      const std::string expected = std::to_string(expected_result(number));
      expect(facts->results.size() == 1 && facts->results.front() == expected,
             journey_id(number) + " should have come to " + expected + " once");
    }
  }

  void check_books() {
    for (int64_t number = 0; number < found_.books; ++number) {
      const run_facts* facts = facts_of(book_id(number));
      const std::string expected = std::to_string(expected_book(number, rounds_for(count_)));
      expect(facts && facts->results == std::vector<journal::payload>{expected},
             book_id(number) + " should have come to " + expected + " once");
    }
    inspect_books(*store_, found_.books, rounds_for(count_), found_);
  }

  void check_acknowledged() {
    const auto lines = checkout::read_entries<acknowledgement>(folder_ / "acknowledged.log");
    for (const acknowledgement& line : lines) {
      const std::string id = line.what == "book" ? book_id(line.number) : journey_id(line.number);
      const run_facts* facts = facts_of(id);
      const std::string which = line.what + " of " + id;
      if (!facts) {
        expect(false, "the acknowledged " + which + " is lost");
      } else if (line.what == "start") {
        expect(by_id_.at(facts->workflow_id).to_string() == line.detail,
               "the acknowledged " + which + " named run " + line.detail);
      } else if (line.what == "gift") {
        expect(facts->signal_ids.contains(line.detail), "the acknowledged " + which + " is lost");
      } else {
        expect(!facts->results.empty() && facts->results.front() == line.detail,
               "the acknowledged " + which + " is not the recorded one");
      }
    }
  }

  void check_effects() {
    std::set<std::string> keys;
    for (const effect& done : checkout::read_entries<effect>(folder_ / "effects.log")) {
      expect(keys.insert(done.key).second, "the effect " + done.key + " happened twice");
      const auto result = returned_.find(done.key);
      expect(result != returned_.end() && result->second == std::to_string(done.value),
             done.activity + " " + done.key + " did something else than was recorded");
    }
    expect(keys.size() == returned_.size(), std::to_string(returned_.size()) +
                                                " results are recorded of " +
                                                std::to_string(keys.size()) + " effects");
  }

  const std::filesystem::path folder_;
  const int64_t count_;
  std::unique_ptr<journal::store> store_;
  findings found_;
  std::map<journal::run_id, run_facts> runs_;
  std::map<std::string, journal::run_id> by_id_;
  std::map<std::string, journal::payload> returned_;  // results of activities by idempotency key
};

}  // namespace

findings inspect(const std::filesystem::path& folder, std::int64_t count) {
  return inspector(folder, count).run();
}

}  // namespace crash
