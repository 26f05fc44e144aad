#include "shard_watch.hpp"

#include <pthread.h>

#include <exception>
#include <utility>

namespace theus {
namespace {

constexpr auto pace = shard_watch::patience / 2;
constexpr std::chrono::milliseconds idle_pace{100};
constexpr int looks_before_idle = 100;

}  // namespace

shard_watch::shard_watch(std::vector<shard_seat*> seats, std::function<void(std::size_t)> replace)
    : seats_(std::move(seats)), replace_(std::move(replace)), thread_([this] { look_after(); }) {
  pthread_setname_np(thread_.native_handle(), "theus-watch");
}

shard_watch::~shard_watch() { stop(); }

void shard_watch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stopping_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void shard_watch::look_after() {
  struct seen {
    std::uint64_t absence = 0;
    std::uint64_t count = 0;
    int looks = 0;  // in a row at this absence
    bool is_taken = false;
  };
  std::vector<seen> before(seats_.size());
  int quiet = 0;
  std::unique_lock lock(mutex_);
  while (!stopping_.wait_for(lock, quiet < looks_before_idle ? pace : idle_pace,
                             [this] { return stopped_; })) {
    ++quiet;
    for (std::size_t i = 0; i < seats_.size(); ++i) {
      seen& last = before[i];
      const auto absence = seats_[i]->absence();
      const auto count = seats_[i]->count();
      if (absence != 0 || count != last.count) quiet = 0;
      last.looks = absence == last.absence ? last.looks + 1 : 0;
      last.absence = absence;
      last.count = count;
      const bool is_long = absence != 0 && last.looks >= shard_watch::patience / pace;
      if (is_long && seats_[i]->take(absence)) last.is_taken = true;
      if (!last.is_taken) continue;
      quiet = 0;
      try {
        replace_(i);
        last.is_taken = false;
      } catch (const std::exception&) {
        // No thread or no memory at the moment: the shard waits, and is tried again at the next
        // look.
      }
    }
  }
}

}  // namespace theus
