#include "journal_writer.hpp"

#include <algorithm>
#include <iterator>

#include "engine_core.hpp"

namespace theus {
namespace {

constexpr std::chrono::seconds reopen_interval{1};
// One on its way to the disk, one being written: more would only be smaller ones.
constexpr int most_begun = 2;

bool is_committed(const append_done& done) {
  return done.answer.status == journal::append_status::committed;
}

}  // namespace

void journal_writer::submit(std::span<append_job> jobs) {
  const std::lock_guard lock(mutex_);
  submitted_.insert(submitted_.end(), std::make_move_iterator(jobs.begin()),
                    std::make_move_iterator(jobs.end()));
  post_drain();
}

void journal_writer::acknowledge(journal::message_id message) {
  const std::lock_guard lock(mutex_);
  acknowledged_.push_back(std::move(message));
  post_drain();
}

void journal_writer::put_heartbeat(journal::heartbeat_row row) {
  const std::lock_guard lock(mutex_);
  journal::heartbeat_row& last = beats_[{row.run, row.command}];
  if (!row.details) row.details = std::move(last.details);
  last = std::move(row);
  post_drain();
}

void journal_writer::post_drain() {
  if (std::exchange(drain_posted_, true)) return;
  core_.post(core_.where.journal, [this] { drain(); });
}

void journal_writer::drain() {
  std::vector<append_job> jobs;
  std::vector<journal::message_id> messages;
  heartbeats beats;
  {
    const std::lock_guard lock(mutex_);
    drain_posted_ = false;
    if (disk_is_full_ || begun_ >= most_begun) return;  // whoever ends one looks again
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
    beats.swap(beats_);
    if (core_.halted()) return;
    if (!jobs.empty() || !beats.empty()) ++begun_;  // nobody appends past what is being written
  }
  put_all(beats);
  if (jobs.empty() && !beats.empty()) ends();
  if (!jobs.empty()) {
    core_.post(core_.where.sync, [this, begun = begin(jobs)]() mutable {
      auto done = finish(std::move(begun));
      if (std::ranges::all_of(done, is_committed)) {
        answer(std::move(done));
      } else {
        core_.post(core_.where.journal,
                   [this, done = std::move(done)]() mutable { answer(std::move(done)); });
      }
      ends();
    });
  }
  if (!messages.empty()) acknowledge_all(messages);
}

std::optional<std::vector<append_done>> journal_writer::append_here(append_job& job) {
  {
    const std::lock_guard lock(mutex_);
    if (begun_ > 0 || drain_posted_ || disk_is_full_ || core_.halted()) return std::nullopt;
    ++begun_;
  }
  auto done = finish(begin({&job, 1}));
  ends();
  if (is_committed(done.front())) return done;
  core_.post(core_.where.journal,
             [this, done = std::move(done)]() mutable { answer(std::move(done)); });
  return std::vector<append_done>();
}

void journal_writer::ends() {
  const std::lock_guard lock(mutex_);
  --begun_;
  if (begun_ == 0 && closed_) core_.post(core_.where.journal, std::exchange(closed_, nullptr));
  if (!submitted_.empty() || !acknowledged_.empty() || !beats_.empty()) post_drain();
}

journal_writer::begun_append journal_writer::begin(std::span<append_job> jobs) {
  begun_append begun;
  begun.units.reserve(jobs.size());
  begun.whose.reserve(jobs.size());
  for (auto& job : jobs) {
    begun.units.push_back(std::move(job.unit));
    begun.whose.push_back({job.shard, job.slot});
  }
  begun.ticket = core_.journal.begin_append(begun.units);
  core_.count.appends.fetch_add(1, std::memory_order_relaxed);
  return begun;
}

std::vector<append_done> journal_writer::finish(begun_append begun) {
  auto answers = core_.journal.finish_append(begun.ticket);
  std::vector<append_done> done;
  done.reserve(answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto& [shard, slot] = begun.whose[i];
    done.push_back({shard, slot, std::move(begun.units[i]), std::move(answers[i])});
  }
  return done;
}

void journal_writer::answer(std::vector<append_done> all) {
  std::vector<std::vector<append_done>> by_shard(core_.shard_count());
  std::optional<error> why;
  bool fenced = false;
  for (auto& each : all) {
    const auto& said = each.answer;
    if (said.status == journal::append_status::unknown && said.why) why = said.why;
    fenced = fenced || said.status == journal::append_status::fenced;
    by_shard[each.shard].push_back(std::move(each));
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
  if (const auto why = core_.journal.trouble()) meet_trouble(*why);
}

void journal_writer::put_all(const heartbeats& beats) {
  for (const auto& [call, row] : beats) {
    // Left out, an attempt begins further back; trouble is what the next append meets.
    const auto done = core_.journal.put_heartbeat(core_.owner(), row);
    if (!done) core_.report("heartbeat: " + done.error().message);
  }
}

void journal_writer::meet_trouble(const error& why) {
  if (why.code == errc::disk_full) {
    if (disk_is_full_) return;
    disk_is_full_ = true;
    core_.set_trouble(why);
    if (core_.is_closed()) return;
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

void journal_writer::close(std::function<void()> closed) {
  drain();
  reopening_.reset();
  {
    const std::lock_guard lock(mutex_);
    if (begun_ > 0) {
      closed_ = std::move(closed);
      return;
    }
  }
  closed();
}

}  // namespace theus
