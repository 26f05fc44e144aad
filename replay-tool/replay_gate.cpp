#include "replay_gate.hpp"

namespace theus::tool {

replay_gate::replay_gate(unsigned threads, listener tell)
    : most_waiting_(std::size_t{4} * threads), tell_(std::move(tell)) {
  try {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  } catch (...) {
    close();
    throw;
  }
}

namespace {

replay_gate::finding finding_of(const replay_gate::check& run_check) {
  try {
    return run_check();
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace

replay_gate::~replay_gate() { close(); }

void replay_gate::add(check next) {
  if (threads_.empty()) return tell_(finding_of(next));
  std::unique_lock lock(mutex_);
  // Also of those that wait to be told: a long run holds up the findings behind it.
  changed_.wait(lock, [&] { return added_ - told_ < 2 * most_waiting_ || refused_; });
  if (refused_) std::rethrow_exception(refused_);
  waiting_.emplace_back(added_++, std::move(next));
  changed_.notify_all();
}

void replay_gate::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return told_ == added_ || refused_; });
  if (refused_) std::rethrow_exception(refused_);
}

void replay_gate::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  threads_.clear();
}

void replay_gate::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
    if (closed_) return;
    const auto [index, run_check] = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    finding found = finding_of(run_check);
    lock.lock();
    found_.emplace(index, std::move(found));
    if (!telling_) tell_in_order();
  }
}

// With the lock held, which is let go while somebody listens.
void replay_gate::tell_in_order() {
  telling_ = true;
  while (!refused_ && !found_.empty() && found_.begin()->first == told_) {
    const finding next = std::move(found_.extract(found_.begin()).mapped());
    mutex_.unlock();
    std::exception_ptr thrown;
    try {
      tell_(next);
    } catch (...) {
      thrown = std::current_exception();
    }
    mutex_.lock();
    refused_ = thrown;
    ++told_;
  }
  telling_ = false;
  changed_.notify_all();
}

}  // namespace theus::tool
