#include "runtime/support/engine_world.hpp"

#include <gtest/gtest.h>

namespace theus::testing {
namespace {

constexpr std::size_t every = 1'000'000;

}  // namespace

engine_world::engine_world(application app_) : app(std::move(app_)), entropy_({1, 2}) {
  options.paranoid = true;
  replace_store(journal::make_memory_store());
}

engine_world::~engine_world() {
  if (engine_) close();
}

void engine_world::replace_store(std::unique_ptr<journal::store> with) {
  faulty_.reset();
  behind_ = std::move(with);
  faulty_ = std::make_unique<faulty_store>(*behind_);
}

held_activity& engine_world::hold(const std::string& name) {
  auto& held = held_[name];
  if (!held) held = std::make_shared<held_activity>(name);
  return *held;
}

void engine_world::open() {
  open_unsettled();
  settle();
}

void engine_world::open_unsettled() {
  ASSERT_FALSE(engine_);
  bound_ = app.bound();
  for (const auto& [name, held] : held_) bound_.activities[name] = held;
  io_ = std::make_unique<boost::asio::io_context>();
  engine_executors where;
  where.shards = {io_->get_executor(), io_->get_executor()};
  where.journal = where.sync = where.blocking = where.io = where.background = io_->get_executor();
  engine_ = std::make_unique<engine>(options, bound_, *faulty_, clock, entropy_, where);
  engine_->on_report([this](const std::string& line) { reports.push_back(line); });
  const auto opened = engine_->open();
  ASSERT_TRUE(opened) << opened.error().message;
}

void engine_world::close() {
  bool stopped = false;
  engine_->stop([&] { stopped = true; });
  settle();
  if (!stopped) advance(std::chrono::seconds(10));  // activities that do not stop by themselves
  EXPECT_TRUE(stopped);
  for (const auto& [name, held] : held_) held->forget();
  engine_.reset();
  io_.reset();
}

void engine_world::crash() {
  for (const auto& [name, held] : held_) held->forget();
  io_.reset();
  engine_.reset();
}

void engine_world::settle() {
  while (io_->poll() > 0) io_->restart();
  io_->restart();
}

void engine_world::advance(std::chrono::microseconds by) {
  clock.advance(by);
  settle();
}

result<start_reply> engine_world::start(const std::string& type, const std::string& workflow_id,
                                        const std::string& arguments,
                                        const std::string& request_id) {
  std::optional<result<start_reply>> reply;
  engine_->start({type, workflow_id, request_id, arguments},
                 [&reply](result<start_reply> r) { reply = std::move(r); });
  settle();
  return reply.value();
}

result<void> engine_world::signal(const std::string& workflow_id, const std::string& name,
                                  const std::string& value, const std::string& request_id) {
  std::optional<result<void>> reply;
  engine_->signal({workflow_id, name, value, request_id},
                  [&reply](result<void> r) { reply = std::move(r); });
  settle();
  return reply.value();
}

result<void> engine_world::resolve(const std::string& token, const std::string& value) {
  std::optional<result<void>> reply;
  engine_->settle({token, value}, [&reply](result<void> r) { reply = std::move(r); });
  settle();
  return reply.value();
}

result<void> engine_world::reject(const std::string& token, const std::string& type) {
  std::optional<result<void>> reply;
  engine_->settle({token, journal::failure_info{type, "by the test", {}}},
                  [&reply](result<void> r) { reply = std::move(r); });
  settle();
  return reply.value();
}

result<void> engine_world::cancel(const std::string& workflow_id) {
  std::optional<result<void>> reply;
  engine_->cancel(workflow_id, "by the test", [&reply](result<void> r) { reply = std::move(r); });
  settle();
  return reply.value();
}

result<void> engine_world::terminate(const std::string& workflow_id, const std::string& reason) {
  std::optional<result<void>> reply;
  engine_->terminate(workflow_id, reason, [&reply](result<void> r) { reply = std::move(r); });
  settle();
  return reply.value();
}

result<void> engine_world::pause(const std::string& workflow_id) {
  std::optional<result<void>> reply;
  engine_->pause(workflow_id, "by the test", [&reply](result<void> r) { reply = std::move(r); });
  settle();
  return reply.value();
}

result<void> engine_world::resume(const std::string& workflow_id) {
  std::optional<result<void>> reply;
  engine_->resume(workflow_id, [&reply](result<void> r) { reply = std::move(r); });
  settle();
  return reply.value();
}

result<void> engine_world::retry_now(const std::string& workflow_id) {
  std::optional<result<void>> reply;
  engine_->retry_now(workflow_id, [&reply](result<void> r) { reply = std::move(r); });
  settle();
  return reply.value();
}

std::optional<result<journal::payload>> engine_world::query(const std::string& id,
                                                            const std::string& name,
                                                            const std::string& arguments) {
  auto reply = std::make_shared<std::optional<result<journal::payload>>>();
  engine_->query({id, name, arguments},
                 [reply](result<journal::payload> r) { *reply = std::move(r); });
  settle();
  return *reply;
}

std::optional<result<update_reply>> engine_world::update(const std::string& workflow_id,
                                                         const std::string& name,
                                                         const std::string& arguments,
                                                         const std::string& update_id,
                                                         update_stage stage) {
  auto reply = std::make_shared<std::optional<result<update_reply>>>();
  engine_->update({workflow_id, name, arguments, update_id, stage},
                  [reply](result<update_reply> r) { *reply = std::move(r); });
  settle();
  return *reply;
}

std::optional<result<run_outcome>> engine_world::outcome(const std::string& workflow_id) {
  auto reply = std::make_shared<std::optional<result<run_outcome>>>();
  engine_->wait(workflow_id, [reply](result<run_outcome> r) { *reply = std::move(r); });
  settle();
  return *reply;
}

std::string engine_world::result_of(const std::string& workflow_id) {
  const auto how = outcome(workflow_id);
  if (!how) {
    ADD_FAILURE() << workflow_id << " has not finished";
  } else if (!*how) {
    ADD_FAILURE() << how->error().message;
  } else if ((*how)->status != journal::run_status::completed) {
    ADD_FAILURE() << workflow_id << " ended as " << journal::name((*how)->status) << ": "
                  << (*how)->failure.type << ": " << (*how)->failure.message;
  } else {
    return (*how)->result;
  }
  return {};
}

std::vector<stuck_run> engine_world::stuck() {
  std::vector<stuck_run> found;
  engine_->stuck([&found](result<std::vector<stuck_run>> r) { found = r.value(); });
  settle();
  return found;
}

journal::run_id engine_world::run_of(const std::string& workflow_id) {
  return behind_->run_of(workflow_id).value().value();
}

std::vector<journal::record> engine_world::records(const std::string& workflow_id) {
  std::vector<journal::record> found;
  for (auto& each : behind_->read(run_of(workflow_id), journal::first_sequence, every).value()) {
    found.push_back(std::move(each.value));
  }
  return found;
}

std::vector<journal::event> engine_world::events(const std::string& workflow_id) {
  std::vector<journal::event> found;
  for (const auto& each : records(workflow_id)) {
    const auto& some = journal::events_of(each);
    found.insert(found.end(), some.begin(), some.end());
  }
  return found;
}

std::size_t engine_world::intakes(const std::string& workflow_id) {
  std::size_t found = 0;
  for (const auto& each : records(workflow_id)) {
    found += std::holds_alternative<journal::intake>(each.body) ? 1 : 0;
  }
  return found;
}

std::size_t engine_world::timer_rows() {
  return behind_->timers(journal::wall_time::max(), std::nullopt, every).value().size();
}
std::size_t engine_world::task_rows() { return behind_->tasks(std::nullopt, every).value().size(); }
std::size_t engine_world::backlog_rows() {
  return behind_->backlog(std::nullopt, every).value().size();
}
std::size_t engine_world::message_rows() {
  return behind_->messages(std::nullopt, every).value().size();
}

bool engine_world::was_reported(const std::string& part) const {
  for (const auto& line : reports) {
    if (line.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace theus::testing
