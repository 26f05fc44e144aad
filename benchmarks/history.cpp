#include "history.hpp"

#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>

#include "theus/runtime/machine.hpp"
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

journal::run_id record_history(journal::store& store, const workflow_type& type,
                               std::uint64_t steps) {
  const auto run = journal::run_id::make(journal::shard_key_of("history"), 1, steps);
  const auto owner = store.acquire_epoch().value();
  journal::head head;
  journal::wall_time now{std::chrono::microseconds(1'767'225'600'000'000)};
  machine body(type);
  std::optional<journal::unit> unit;
  std::size_t records_in_unit = 0;

  const auto write = [&] {
    if (!unit) return;
    const auto answers = store.append({&*unit, 1});
    if (answers.front().status != journal::append_status::committed) {
      throw std::runtime_error("the history could not be written");
    }
    unit.reset();
    records_in_unit = 0;
  };
  const auto turn = [&](journal::event event) {
    now += std::chrono::milliseconds(1);
    const std::vector<journal::event> events{std::move(event)};
    auto draft = std::get<turn_draft>(body.step({}, {now, now, events}));
    journal::turn made;
    made.events = std::move(draft.events);
    for (auto& each : draft.commands) made.commands.push_back(std::move(each.value));
    made.state_digest = body.state_digest();
    journal::record record;
    record.raw_time = now;
    record.body = std::move(made);
    if (unit) {
      unit->add(std::move(record)).value();
    } else {
      unit = journal::unit::make(run, owner, head, std::move(record)).value();
    }
    head = unit->resulting_head();
    if (++records_in_unit == 1'000) write();
  };

  journal::started start;
  start.workflow_id = "history";
  start.workflow_type = type.name();
  start.arguments = "[" + std::to_string(steps) + "]";
  turn(std::move(start));
  for (std::uint64_t i = 1; i <= steps; ++i) {
    turn(journal::activity_completed{
        {"", static_cast<std::uint32_t>(i)}, 1, std::nullopt, forty_bytes_of_json(i)});
  }
  write();
  return run;
}

}  // namespace theus::benchmarks
