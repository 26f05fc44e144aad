#include "history.hpp"

#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>

#include "theus/workflows.hpp"

namespace theus::benchmarks {

namespace {

struct reading {
  std::string id;
  std::int64_t value = 0;
};
BOOST_DESCRIBE_STRUCT(reading, (), (id, value))

constexpr activity<reading(std::int64_t)> read_sensor{"read_sensor"};

workflow<std::int64_t> read_all(context& ctx, std::int64_t steps) {
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < steps; ++i) {
    reading seen = co_await ctx.call(read_sensor, i);
    sum += seen.value;
  }
  co_return sum;
}

}  // namespace

scratch_folder::scratch_folder(const char* name)
    : path_(std::filesystem::current_path() /
            (std::string("theus-") + name + "-" + std::to_string(::getpid()))) {
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::shared_ptr<const workflow_type> sequential_workflow() {
  return std::make_shared<workflow_binding<std::int64_t, std::int64_t>>("read_all", read_all);
}

std::string forty_bytes_of_json(std::uint64_t step) {
  char text[64];
  std::snprintf(text, sizeof text, R"({"id":"sensor-%08u","value":%9u})",
                static_cast<unsigned>(step % 100'000'000),
                static_cast<unsigned>(100'000'000 + step % 900'000'000));
  return text;
}

history_writer::history_writer(journal::store& store, const workflow_type& type,
                               const std::string& workflow_id, journal::payload arguments)
    : store_(store),
      run_(journal::run_id::make(journal::shard_key_of(workflow_id), 1, 1)),
      owner_(store.acquire_epoch().value()),
      body_(type) {
  journal::started start;
  start.workflow_id = workflow_id;
  start.workflow_type = type.name();
  start.arguments = std::move(arguments);
  turn(std::move(start), now_);
}

void history_writer::turn(journal::event event, journal::wall_time at) {
  now_ = at;
  const std::vector<journal::event> events{std::move(event)};
  auto draft = std::get<turn_draft>(body_.step({}, {now_, now_, events}));
  journal::turn made;
  made.events = std::move(draft.events);
  for (auto& each : draft.commands) made.commands.push_back(std::move(each.value));
  made.state_digest = body_.state_digest();
  made.notes.context_changes = body_.written();
  journal::record record;
  record.raw_time = now_;
  record.body = std::move(made);
  if (unit_) {
    unit_->add(std::move(record)).value();
  } else {
    unit_ = journal::unit::make(run_, owner_, head_, std::move(record)).value();
  }
  head_ = unit_->resulting_head();
  if (unit_->entries().size() == 1'000) write();
}

void history_writer::write() {
  if (!unit_) return;
  if (store_.append({&*unit_, 1}).front().status != journal::append_status::committed) {
    throw std::runtime_error("the history could not be written");
  }
  unit_.reset();
}

journal::run_id record_history(journal::store& store, const workflow_type& type,
                               std::uint64_t steps) {
  history_writer history(store, type, "history", "[" + std::to_string(steps) + "]");
  for (std::uint64_t i = 1; i <= steps; ++i) {
    history.turn(
        journal::activity_completed{
            {"", static_cast<std::uint32_t>(i)}, 1, std::nullopt, forty_bytes_of_json(i)},
        history.now() + std::chrono::milliseconds(1));
  }
  history.write();
  return history.run();
}

}  // namespace theus::benchmarks
