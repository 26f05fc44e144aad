#include "support/machine_driver.hpp"

#include <gtest/gtest.h>

#include "theus/runtime/describe.hpp"

namespace theus::testing {
namespace {

struct node_map final : node_sink, node_source {
  result<bool> holds(const journal::hash256& node) override { return nodes.contains(node.bytes); }
  result<void> put(const journal::hash256& node, std::string_view bytes) override {
    nodes.emplace(node.bytes, bytes);
    return {};
  }
  result<std::string> get(const journal::hash256& node) override {
    const auto found = nodes.find(node.bytes);
    if (found == nodes.end()) return error{errc::not_found, "there is no such node"};
    return found->second;
  }
  std::map<std::array<std::uint8_t, 32>, std::string> nodes;
};

}  // namespace

machine_driver::machine_driver(std::shared_ptr<const workflow_type> type)
    : type_(std::move(type)), run_(journal::run_id::make(journal::shard_key_of("order-1"), 1, 2)) {
  machine_ = std::make_unique<machine>(*type_, machine_limits(), run_);
}

void machine_driver::start(std::string arguments) {
  journal::started e;
  e.workflow_id = "order-1";
  e.workflow_type = type_->name();
  e.arguments = std::move(arguments);
  e.seed_high = 0x0123456789abcdef;
  e.seed_low = 0xfedcba9876543210;
  turn({std::move(e)});
}

void machine_driver::complete(std::uint32_t command, std::string value, std::uint32_t attempt) {
  complete(journal::command_id{"", command}, std::move(value), attempt);
}

void machine_driver::complete(const journal::command_id& command, std::string value,
                              std::uint32_t attempt) {
  turn({journal::activity_completed{command, attempt, std::nullopt, std::move(value)}});
}

void machine_driver::fail(std::uint32_t command, std::string type, std::uint32_t attempt) {
  journal::failure_info info{std::move(type), "it failed", {}};
  turn({journal::activity_completed{{"", command}, attempt, std::nullopt, std::move(info)}});
}

void machine_driver::signal(const std::string& name, std::string value, std::string request_id) {
  turn({journal::signal_received{name, std::move(value), std::nullopt, std::move(request_id)}});
}

void machine_driver::fire_due() {
  std::vector<journal::event> due;
  for (auto& each : machine_->due_timers(raw_time_)) due.push_back(std::move(each));
  turn(std::move(due));
}

void machine_driver::cancel() { turn({journal::cancel_requested{"by the test"}}); }

void machine_driver::turn(std::vector<journal::event> events) {
  std::vector<event_batch> intakes;
  for (const auto& each : unconsumed_) intakes.push_back({each.raw_time, each.time, each.events});
  const auto time = std::max(raw_time_, head_.time);
  auto stepped = machine_->step(intakes, {raw_time_, time, events});
  if (auto* bug = std::get_if<workflow_bug>(&stepped)) {
    bug_ = std::move(*bug);
    return;
  }
  last_ = std::move(std::get<turn_draft>(stepped));
  if (last_.events.empty() && unconsumed_.empty()) return;

  journal::turn body;
  if (!unconsumed_.empty()) body.consumed_through = unconsumed_.back().at;
  unconsumed_.clear();
  body.events = last_.events;
  for (const auto& each : last_.commands) body.commands.push_back(each.value);
  body.state_digest = machine_->state_digest();
  body.notes.context_changes = machine_->written();
  append(std::move(body));
}

void machine_driver::intake(std::vector<journal::event> events) {
  append(journal::intake{events});
  const auto& at = records_.back().value;
  std::erase_if(events, [this](const journal::event& e) {
    if (!is_consumable(e)) machine_->note(e);
    return !is_consumable(e);
  });
  if (!events.empty()) unconsumed_.push_back({at.at, at.raw_time, at.time, std::move(events)});
}

void machine_driver::append(decltype(journal::record::body) body) {
  journal::record r;
  r.raw_time = raw_time_;
  r.body = std::move(body);
  auto made = journal::unit::make(run_, journal::epoch{1}, head_, std::move(r));
  ASSERT_TRUE(made) << made.error().message;
  const auto& entry = made->entries().front();
  records_.push_back({entry.value, entry.hash, static_cast<std::uint32_t>(entry.bytes.size())});
  record_bytes_.push_back(entry.bytes);
  head_ = made->resulting_head();
}

std::string machine_driver::result() const {
  for (const auto& each : last_.commands) {
    if (const auto* complete = std::get_if<journal::complete_run>(&each.value)) {
      return complete->result;
    }
  }
  ADD_FAILURE() << "the run is not completed";
  return {};
}

std::optional<journal::failure_info> machine_driver::failure() const {
  for (const auto& each : last_.commands) {
    if (const auto* failed = std::get_if<journal::fail_run>(&each.value)) return failed->failure;
  }
  return std::nullopt;
}

std::vector<std::string> machine_driver::commands() const {
  std::vector<std::string> lines;
  for (const auto& each : last_.commands) lines.push_back(describe(each.value));
  return lines;
}

std::optional<mismatch> machine_driver::replay() const { return replay(*type_); }

std::optional<mismatch> machine_driver::replay(const workflow_type& other) const {
  if (auto found = replay_from_zero(other)) return found;
  if (auto found = replay_rest(other)) return found;
  for (std::size_t records = 1; records <= records_.size(); ++records) {
    if (auto found = replay_from_checkpoint(other, records)) return found;
  }
  return std::nullopt;
}

std::optional<mismatch> machine_driver::replay_from_zero(const workflow_type& other) const {
  replayer again(other, run_, replayer::check::everything);
  for (const auto& each : records_) {
    if (auto found = again.feed(each)) return found;
  }
  return again.verify_digest();
}

std::optional<mismatch> machine_driver::replay_rest(const workflow_type& other) const {
  replayer again(other, run_, replayer::check::everything);
  for (const auto& each : records_) again.know(each.value);
  for (const auto& each : records_) {
    if (auto found = again.feed(each)) return found;
  }
  return again.verify_digest();
}

std::optional<checkpoint> machine_driver::checkpoint_after(const workflow_type& with,
                                                           std::size_t records,
                                                           const checkpoint* from) const {
  const std::size_t behind = from ? journal::number(from->head.at) : 0;
  replayer first(with, run_, replayer::check::commands);
  first.keep_short_history();
  for (std::size_t i = behind; i < records; ++i) first.know(records_[i].value);
  if (from) {
    for (const auto& each : from->turns) first.know(each);
    std::string damage;
    const auto found = theus::resume(first, *from, damage);
    EXPECT_FALSE(found) << found->explain();
    EXPECT_EQ(damage, "");
  }
  for (std::size_t i = behind; i < records; ++i) {
    const auto found = first.feed(records_[i]);
    EXPECT_FALSE(found) << found->explain();
  }
  const auto differs = first.verify_digest();
  EXPECT_FALSE(differs) << differs->explain();
  return make_checkpoint(run_, first);
}

std::optional<checkpoint> machine_driver::stored_checkpoint(std::size_t records,
                                                            const checkpoint* from) const {
  const auto made = checkpoint_after(*type_, records, from);
  if (!made) return std::nullopt;
  node_map nodes;
  const auto bytes = encode(*made, nodes);
  EXPECT_TRUE(bytes) << bytes.error().message;
  auto read = decode_checkpoint(bytes->bytes, nodes);
  EXPECT_TRUE(read) << read.error().message;
  return read ? std::optional(std::move(*read)) : std::nullopt;
}

std::optional<mismatch> machine_driver::replay_from_checkpoint(const workflow_type& other,
                                                               std::size_t records) const {
  const auto from = stored_checkpoint(records);
  if (!from) return std::nullopt;
  replayer again(other, run_, replayer::check::everything);
  for (const auto& each : from->turns) again.know(each);
  for (std::size_t i = records; i < records_.size(); ++i) again.know(records_[i].value);
  std::string damage;
  if (auto found = resume(again, *from, damage)) return found;
  EXPECT_EQ(damage, "");
  EXPECT_TRUE(records < records_.size() || !again.verify_digest());
  for (std::size_t i = records; i < records_.size(); ++i) {
    if (auto found = again.feed(records_[i])) return found;
  }
  return again.verify_digest();
}

bool machine_driver::evict_to_checkpoint(std::size_t records) {
  const bool is_later = evicted_to_ && journal::number(evicted_to_->head.at) < records;
  const auto from = stored_checkpoint(records, is_later ? &*evicted_to_ : nullptr);
  if (!from) return false;
  evicted_to_ = from;
  machine_.reset();
  replayer again(*type_, run_, replayer::check::commands);
  for (const auto& each : from->turns) again.know(each);
  for (std::size_t i = records; i < records_.size(); ++i) again.know(records_[i].value);
  std::string damage;
  auto found = resume(again, *from, damage);
  EXPECT_EQ(damage, "");
  for (std::size_t i = records; i < records_.size() && !found; ++i) found = again.feed(records_[i]);
  if (!found) found = again.verify_digest();
  EXPECT_FALSE(found) << found->explain();
  unconsumed_ = again.unconsumed();
  machine_ = again.release();
  return true;
}

void machine_driver::evict() {
  machine_.reset();
  replayer again(*type_, run_, replayer::check::commands);
  for (const auto& each : records_) again.know(each.value);
  for (const auto& each : records_) {
    const auto found = again.feed(each);
    ASSERT_FALSE(found) << found->explain();
  }
  const auto differs = again.verify_digest();
  ASSERT_FALSE(differs) << differs->explain();
  unconsumed_ = again.unconsumed();
  machine_ = again.release();
}

void machine_driver::upgrade(std::shared_ptr<const workflow_type> type) {
  machine_.reset();
  bug_.reset();
  type_ = std::move(type);
  evict();
}

}  // namespace theus::testing
