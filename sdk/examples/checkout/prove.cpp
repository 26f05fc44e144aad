#include "prove.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

#include <theus/codec.hpp>
#include <theus/journal/stores.hpp>

#include "job.hpp"
#include "ledger.hpp"
#include "witness.hpp"

namespace checkout {
namespace {

namespace journal = theus::journal;

// What the journal says of one order.
struct run_facts {
  std::string run;
  journal::run_status status = journal::run_status::running;
  std::int64_t endings = 0;
  summary result;
  std::set<std::string> request_ids;  // of signals
};

class proof {
 public:
  explicit proof(const shop_folder& folder)
      : folder_(folder),
        book_(read_order_book(folder.orders())),
        store_(journal::open_rocksdb_store(folder.journal()).value()) {}

  int run();

 private:
  // Each returns what it found to be true, in words, and adds what was not to violations_.
  std::string every_order_finished_once();
  std::string money_is_right();
  std::string stock_is_right();
  std::string shipments_are_right();
  std::string acknowledged_is_there();
  std::string no_recorded_step_ran_twice();

  void read_journal();
  void visit(const journal::tail_entry& entry);
  void violation(std::string sentence) { violations_.push_back(std::move(sentence)); }
  void expect(bool holds, std::string sentence) {
    if (!holds) violation(std::move(sentence));
  }
  template <class Entry>
  std::map<std::string, std::vector<Entry>> by_order(const std::filesystem::path& file);

  const shop_folder& folder_;
  order_book book_;
  std::unique_ptr<journal::store> store_;
  std::map<std::string, run_facts> runs_;  // by order id
  std::map<journal::run_id, std::string> order_of_;
  std::map<journal::run_id, journal::head> heads_;
  std::uint64_t records_ = 0;
  std::vector<std::string> violations_;
};

void proof::visit(const journal::tail_entry& entry) {
  ++records_;
  const journal::record& r = entry.record.value;
  journal::head& head = heads_[entry.run];
  expect(r.at == journal::next(head.at) && r.previous == head.hash,
         "record " + std::to_string(journal::number(r.at)) + " of run " + entry.run.to_string() +
             " does not follow the one before it");
  head.at = r.at;
  head.hash = entry.record.hash;

  const auto* turn = std::get_if<journal::turn>(&r.body);
  const auto& events = journal::events_of(r);
  for (const journal::event& event : events) {
    if (const auto* started = std::get_if<journal::started>(&event)) {
      order_of_[entry.run] = started->workflow_id;
      run_facts& facts = runs_[started->workflow_id];
      expect(facts.run.empty(), started->workflow_id + " was started twice");
      facts.run = entry.run.to_string();
    } else if (const auto* signal = std::get_if<journal::signal_received>(&event)) {
      expect(runs_[order_of_[entry.run]].request_ids.insert(signal->request_id).second,
             order_of_[entry.run] + " got the signal \"" + signal->request_id + "\" twice");
    }
  }
  if (!turn) return;
  for (const journal::command& command : turn->commands) {
    const auto* done = std::get_if<journal::complete_run>(&command);
    if (!done) continue;
    run_facts& facts = runs_[order_of_[entry.run]];
    ++facts.endings;
    facts.result = theus::decode<summary>(done->result);
  }
}

void proof::read_journal() {
  for_each_record(*store_, {}, [this](const journal::tail_entry& entry) { visit(entry); });
  journal::instance_filter filter;
  for (;;) {
    const auto page = store_->instances(filter, 1'000).value();
    for (const journal::instance_row& row : page) {
      runs_[row.workflow_id].status = row.status;
      filter.after = row.run;
    }
    if (page.empty()) return;
  }
}

std::string proof::every_order_finished_once() {
  for (const order& o : book_.orders) {
    const auto found = runs_.find(o.id);
    if (found == runs_.end()) {
      violation(o.id + " is not in the journal");
      continue;
    }
    const run_facts& facts = found->second;
    expect(facts.endings == 1 && facts.status == journal::run_status::completed,
           o.id + " has " + std::to_string(facts.endings) + " results and is " +
               journal::name(facts.status));
    expect(facts.result.order_id == o.id, o.id + " has the result of " + facts.result.order_id);
  }
  expect(runs_.size() == book_.orders.size(), "the journal has " + std::to_string(runs_.size()) +
                                                  " runs for " +
                                                  std::to_string(book_.orders.size()) + " orders");
  return std::to_string(book_.orders.size()) + " orders finished exactly once, in " +
         std::to_string(records_) + " chained records without a hole";
}

template <class Entry>
std::map<std::string, std::vector<Entry>> proof::by_order(const std::filesystem::path& file) {
  std::map<std::string, std::vector<Entry>> entries;
  std::set<std::string> keys;
  for (Entry& entry : read_entries<Entry>(file)) {
    expect(keys.insert(entry.key).second,
           file.filename().string() + " has the idempotency key " + entry.key + " twice");
    const auto run = runs_.find(entry.order_id);
    expect(run != runs_.end() && entry.key.starts_with(run->second.run + "/"),
           file.filename().string() + ": " + entry.key + " is not of the run of " + entry.order_id);
    entries[entry.order_id].push_back(std::move(entry));
  }
  return entries;
}

std::string proof::money_is_right() {
  auto charges = by_order<money_entry>(folder_.charges());
  auto refunds = by_order<money_entry>(folder_.refunds());
  const std::string found = std::to_string(charges.size()) + " orders charged once each, every " +
                            "charge with a key of its own; " + std::to_string(refunds.size()) +
                            " refunds, each of its charge";
  for (const order& o : book_.orders) {
    const summary& result = runs_[o.id].result;
    const auto& charged = charges[o.id];
    const auto& refunded = refunds[o.id];
    const bool paid = result.how != outcome::declined;
    const bool returned = paid && result.how != outcome::shipped;
    expect(charged.size() == (paid ? 1u : 0u),
           o.id + " was charged " + std::to_string(charged.size()) + " times");
    expect(refunded.size() == (returned ? 1u : 0u),
           o.id + " was refunded " + std::to_string(refunded.size()) + " times");
    if (charged.empty()) continue;
    const money_entry& charge = charged.front();
    expect(charge.cents == total_cents(o) && charge.cents == result.charged_cents &&
               charge.payment_id == result.payment_id,
           o.id + " was charged " + std::to_string(charge.cents) + " cents, not its total");
    if (refunded.empty()) continue;
    expect(refunded.front().cents == charge.cents && result.refunded_cents == charge.cents &&
               refunded.front().payment_id == charge.payment_id,
           o.id + ": refund and charge differ");
  }
  return found;
}

std::string proof::stock_is_right() {
  const auto by_id = by_order<stock_entry>(folder_.stock());
  std::map<std::string, std::int64_t> left = book_.stock;
  for (const stock_entry& entry : read_entries<stock_entry>(folder_.stock())) {
    for (const auto& [sku, pieces] : entry.pieces) {
      left[sku] += pieces;
      expect(left[sku] >= 0, "stock of " + sku + " fell to " + std::to_string(left[sku]) +
                                 " with " + entry.order_id);
    }
  }
  std::map<std::string, std::int64_t> expected = book_.stock;
  for (const order& o : book_.orders) {
    if (runs_[o.id].result.how != outcome::shipped) continue;
    for (const line& l : o.lines) expected[l.sku] -= l.quantity;
  }
  for (const auto& [sku, pieces] : expected) {
    expect(left[sku] == pieces, "stock of " + sku + " is " + std::to_string(left[sku]) +
                                    ", but by what was shipped it is " + std::to_string(pieces));
  }
  return std::to_string(expected.size()) +
         " items: stock never negative, and at the end what was " + "there less what was shipped";
}

std::string proof::shipments_are_right() {
  auto shipments = by_order<shipment_entry>(folder_.shipments());
  for (const order& o : book_.orders) {
    const summary& result = runs_[o.id].result;
    const auto& sent = shipments[o.id];
    expect(sent.size() == (result.how == outcome::shipped ? 1u : 0u),
           o.id + " was shipped " + std::to_string(sent.size()) + " times");
    expect(sent.empty() || sent.front().tracking == result.tracking,
           o.id + ": the courier has another tracking number");
  }
  return "each order that says so, and no other, was shipped once";
}

std::string proof::acknowledged_is_there() {
  const auto lines = read_entries<acknowledgement>(folder_.acknowledged());
  for (const acknowledgement& line : lines) {
    const run_facts& facts = runs_[line.order_id];
    if (line.what == "start") {
      expect(line.detail == facts.run, line.order_id + " was acknowledged as run " + line.detail);
    } else if (line.what == "approval") {
      expect(facts.request_ids.contains(line.detail),
             line.order_id + ": the acknowledged signal \"" + line.detail + "\" is lost");
    } else {
      expect(line.detail == theus::encode(facts.result),
             line.order_id + ": the acknowledged result is not the recorded one");
    }
  }
  return std::to_string(lines.size()) + " acknowledged starts, approvals and results: all there";
}

std::string proof::no_recorded_step_ran_twice() {
  witness_report report = cross_examine(folder_.witness(), *store_);
  for (std::string& sentence : report.violations) violation(std::move(sentence));
  return std::to_string(report.executions) + " executions in " +
         std::to_string(report.generations) + " starts: none of the " +
         std::to_string(report.recorded) + " steps found recorded at a start ran again";
}

int proof::run() {
  read_journal();
  const std::string lines[] = {
      every_order_finished_once(), money_is_right(),        stock_is_right(),
      shipments_are_right(),       acknowledged_is_there(), no_recorded_step_ran_twice()};
  if (!violations_.empty()) {
    constexpr std::size_t shown = 20;
    for (std::size_t i = 0; i < std::min(shown, violations_.size()); ++i) {
      std::printf("VIOLATED: %s\n", violations_[i].c_str());
    }
    std::printf("%zu violations\n", violations_.size());
    return 1;
  }
  for (const std::string& line : lines) std::printf("  proved: %s\n", line.c_str());
  tally results;
  for (const auto& [id, facts] : runs_) results.add(facts.result);
  std::printf("\n%s", results.to_text().c_str());
  return 0;
}

}  // namespace

int prove(const shop_folder& folder) { return proof(folder).run(); }

}  // namespace checkout
