#include "journal_writer.hpp"

#include <algorithm>
#include <iterator>

#include "engine_core.hpp"

namespace theus {
namespace {

constexpr std::chrono::seconds reopen_interval{1};

}  // namespace

void journal_writer::submit(append_job job) {
  const std::lock_guard lock(mutex_);
  submitted_.push_back(std::move(job));
  post_drain();
}

void journal_writer::acknowledge(journal::message_id message) {
  const std::lock_guard lock(mutex_);
  acknowledged_.push_back(std::move(message));
  post_drain();
}

void journal_writer::post_drain() {
  if (std::exchange(drain_posted_, true)) return;
  core_.post(core_.where.journal, [this] { drain(); });
}

void journal_writer::drain() {
  if (disk_is_full_) {
    const std::lock_guard lock(mutex_);
    drain_posted_ = false;
    return;
  }
  std::vector<append_job> jobs;
  std::vector<journal::message_id> messages;
  {
    const std::lock_guard lock(mutex_);
    drain_posted_ = false;
    const auto most = core_.options.bounds.units_per_append;
    if (submitted_.size() <= most) {
      jobs.swap(submitted_);
    } else {
      const auto end = submitted_.begin() + static_cast<std::ptrdiff_t>(most);
      jobs.assign(std::make_move_iterator(submitted_.begin()), std::make_move_iterator(end));
      submitted_.erase(submitted_.begin(), end);
      post_drain();
    }
    messages.swap(acknowledged_);
  }
  if (core_.halted()) return;
  if (!jobs.empty()) append(std::move(jobs));
  if (!messages.empty()) acknowledge_all(messages);
}

void journal_writer::append(std::vector<append_job> jobs) {
  std::vector<journal::unit> units;
  units.reserve(jobs.size());
  for (auto& job : jobs) units.push_back(std::move(job.unit));
  auto answers = core_.journal.append(units);
  core_.count.appends.fetch_add(1, std::memory_order_relaxed);

  std::vector<std::vector<append_done>> by_shard(core_.shard_count());
  std::optional<error> why;
  bool fenced = false;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (answers[i].status == journal::append_status::unknown && answers[i].why) {
      why = answers[i].why;
    }
    fenced = fenced || answers[i].status == journal::append_status::fenced;
    by_shard[jobs[i].shard].push_back({jobs[i].slot, std::move(units[i]), std::move(answers[i])});
  }
  // What is wrong is known before a shard hears of a failed unit: it decides what to do by that.
  if (why) meet_trouble(core_.journal.trouble().value_or(*why));
  for (std::uint32_t i = 0; i < by_shard.size(); ++i) {
    if (!by_shard[i].empty()) core_.post_answers(i, std::move(by_shard[i]));
  }
  if (fenced) {
    core_.halt({errc::stopped, "another runtime has taken over this journal; this one stops"});
  }
}

void journal_writer::acknowledge_all(const std::vector<journal::message_id>& messages) {
  for (const auto& each : messages) {
    // Left out, it is delivered once more and found to be known.
    const auto done = core_.journal.acknowledge(each);
    core_.message_settled(each);
    if (!done) core_.report("message acknowledgement: " + done.error().message);
  }
}

void journal_writer::meet_trouble(const error& why) {
  if (why.code == errc::disk_full) {
    if (disk_is_full_) return;
    disk_is_full_ = true;
    core_.set_trouble(why);
    core_.report("the journal's disk is full; nothing is acknowledged until there is space: " +
                 why.message);
    reopening_ = core_.clock.set_delay(core_.where.journal, reopen_interval,
                                       core_.guarded([this] { try_reopen(); }));
  } else if (core_.journal.trouble()) {
    core_.halt(why);
  }
}

void journal_writer::try_reopen() {
  if (core_.halted() || core_.is_closed()) return;
  const auto opened = core_.journal.reopen();
  if (!opened && opened.error().code != errc::disk_full) {
    core_.halt(opened.error());
    return;
  }
  if (!opened) {
    reopening_ = core_.clock.set_delay(core_.where.journal, reopen_interval,
                                       core_.guarded([this] { try_reopen(); }));
    return;
  }
  disk_is_full_ = false;
  core_.set_trouble(std::nullopt);
  core_.report("the journal's disk has space again");
  core_.disk_recovered();
  drain();
}

void journal_writer::finish() {
  drain();
  reopening_.reset();
}

}  // namespace theus
