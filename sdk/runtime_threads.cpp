#include "runtime_threads.hpp"

#include <pthread.h>

#include <algorithm>

#include <boost/asio/steady_timer.hpp>

namespace theus {

runtime_threads::loop::loop(const char* name_, int threads_at_once)
    : name(name_), context(threads_at_once), work(boost::asio::make_work_guard(context)) {
  // Asio takes its descriptors with the first timer: here, where whoever starts hears of a failure.
  boost::asio::steady_timer(context).cancel();
  begin();
}

void runtime_threads::loop::begin() {
  workers.remove_if([](worker& each) {
    if (!each.has_ended) return false;
    each.thread.join();
    return true;
  });
  worker& made = workers.emplace_back();
  try {
    made.thread = std::thread([this, &made] {
      try {
        context.run();
      } catch (const seat_lost&) {
        // Another thread runs the shard by now.
      }
      made.has_ended = true;
    });
  } catch (...) {
    workers.pop_back();
    throw;
  }
  pthread_setname_np(made.thread.native_handle(), name);
}

runtime_threads::runtime_threads(std::size_t shards, std::size_t activity_threads)
    : blocking_threads_(std::max<std::size_t>(1, activity_threads)), blocking_(blocking_threads_) {
  try {
    for (std::size_t i = 0; i < std::max<std::size_t>(1, shards); ++i) {
      shards_.push_back(std::make_unique<loop>("theus-shard", 2));
    }
    journal_ = std::make_unique<loop>("theus-journal", 1);
    sync_ = std::make_unique<loop>("theus-sync", 1);
    io_ = std::make_unique<loop>("theus-io", 1);
    control_ = std::make_unique<loop>("theus-control", 1);
    background_ = std::make_unique<loop>("theus-checkpoint", 1);
    watch_ = std::make_unique<shard_watch>(seats(), [this](std::size_t i) { shards_[i]->begin(); });
  } catch (...) {
    stop();
    throw;
  }
}

runtime_threads::~runtime_threads() {
  stop();
  drain();
}

engine_executors runtime_threads::executors() {
  engine_executors where;
  for (const auto& each : shards_) where.shards.push_back(each->context.get_executor());
  where.journal = journal_->context.get_executor();
  where.sync = sync_->context.get_executor();
  where.blocking = blocking_.get_executor();
  where.blocking_threads = blocking_threads_;
  where.io = io_->context.get_executor();
  where.background = background_->context.get_executor();
  where.seats = seats();
  return where;
}

std::vector<shard_seat*> runtime_threads::seats() {
  std::vector<shard_seat*> all;
  for (const auto& each : shards_) all.push_back(&each->seat);
  return all;
}

boost::asio::any_io_executor runtime_threads::control() { return control_->context.get_executor(); }

std::vector<runtime_threads::loop*> runtime_threads::all() {
  std::vector<loop*> loops;
  for (const auto& each : shards_) loops.push_back(each.get());
  for (const auto* each : {&journal_, &sync_, &io_, &control_, &background_}) {
    if (*each) loops.push_back(each->get());
  }
  return loops;
}

void runtime_threads::stop() {
  blocking_.join();
  watch_.reset();
  for (loop* each : all()) {
    each->work.reset();
    each->context.stop();
    for (worker& lost_or_not : each->workers) lost_or_not.thread.join();
    each->workers.clear();
  }
}

void runtime_threads::drain() {
  // The event loop goes first: its unfinished activities hold what belongs to the other loops.
  io_.reset();
  // What one loop runs may be for another.
  for (std::size_t ran = 1; ran != 0;) {
    ran = 0;
    for (loop* each : all()) {
      each->context.restart();
      ran += each->context.poll();
    }
  }
}

}  // namespace theus
