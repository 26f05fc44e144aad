#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "theus/runtime/engine.hpp"

#include "shard_watch.hpp"

namespace theus {

// The threads of one runtime: one per shard, one that writes the journal and one that
// waits for its disk, one event loop for awaitable activities, one that answers the control socket,
// one that takes checkpoints, a pool for plain activities, and one that gives a shard another
// thread when a workflow blocks its own. They run from construction until stop().
class runtime_threads {
 public:
  runtime_threads(std::size_t shards, std::size_t activity_threads);
  ~runtime_threads();  // stops, if stop() was not called
  runtime_threads(const runtime_threads&) = delete;
  runtime_threads& operator=(const runtime_threads&) = delete;

  engine_executors executors();
  boost::asio::any_io_executor control();

  // Waits for plain activities to return, then ends and joins every thread. What is still queued
  // is kept: it may own alarms of other loops. Call when the engine has stopped; once is enough.
  void stop();
  // After stop() and after the engine is gone: runs what was queued on the calling thread, while
  // all loops still exist.
  void drain();

 private:
  struct worker {
    std::thread thread;
    std::atomic<bool> has_ended = false;
  };
  struct loop {
    loop(const char* name_, int threads_at_once);
    // A thread, beside those that are lost and have not returned. Throws std::system_error.
    void begin();

    const char* const name;
    boost::asio::io_context context;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
    shard_seat seat;
    std::list<worker> workers;
  };
  std::vector<loop*> all();
  std::vector<shard_seat*> seats();

  std::vector<std::unique_ptr<loop>> shards_;
  std::unique_ptr<shard_watch> watch_;
  std::unique_ptr<loop> journal_;
  std::unique_ptr<loop> sync_;
  std::unique_ptr<loop> io_;
  std::unique_ptr<loop> control_;
  std::unique_ptr<loop> background_;
  const std::size_t blocking_threads_;
  boost::asio::thread_pool blocking_;
};

}  // namespace theus
