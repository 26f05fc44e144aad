#include "theus/runtime.hpp"

#include <future>
#include <iostream>
#include <shared_mutex>
#include <system_error>

#include <boost/system/system_error.hpp>

#include "theus/journal/stores.hpp"
#include "theus/runtime/control_server.hpp"
#include "theus/runtime/random.hpp"
#include "theus/runtime/system_clock.hpp"

#include "async_answer.hpp"
#include "build_id.hpp"
#include "guard/call_guard.hpp"
#include "runtime_threads.hpp"

namespace theus {
namespace {

template <class T>
T or_throw(result<T> answer) {
  if (!answer) throw error_exception(answer.error());
  if constexpr (!std::is_void_v<T>) return std::move(*answer);
}

std::shared_ptr<journal::store> open_store(const runtime_options& options) {
  if (options.store) return options.store;
  journal::store_options how;
  how.bounds = options.engine.bounds;
  how.request_window = options.engine.request_window;
  return or_throw(journal::open_rocksdb_store(options.journal, how));
}

std::shared_ptr<wall_clock> clock_of(const runtime_options& options) {
  if (options.clock) return options.clock;
  return make_system_clock();
}

std::shared_ptr<entropy> randomness_of(const runtime_options& options) {
  if (options.random) return options.random;
  return std::make_shared<system_entropy>();
}

std::optional<std::string> json_fault(const journal::payload& value) {
  try {
    const json_document checked(value);
    return std::nullopt;
  } catch (const codec_error& e) {
    return e.what();
  }
}

void report_to_standard_error(const std::string& line) { std::clog << line + "\n" << std::flush; }

std::string sentence_of(const std::string& workflow_id, journal::run_status status,
                        const journal::failure_info& why) {
  return "workflow '" + workflow_id + "' " + journal::name(status) +
         (why.type.empty() ? "" : ": " + why.type + ": " + why.message);
}

engine_options engine_options_of(const runtime_options& options) {
  engine_options how = options.engine;
  if (how.build.empty()) how.build = own_build_id();
  return how;
}

// Returns when what `begin` begins has called back.
template <class Begin>
void wait_until(Begin begin) {
  std::promise<void> finished;
  begin([&] { finished.set_value(); });
  finished.get_future().wait();
}

void check_json(const signal_request& request) {
  if (const auto fault = json_fault(request.value)) {
    throw error_exception({errc::bad_input, "the signal's value is not JSON: " + *fault});
  }
}

void check_json(const settle_request& request) {
  const auto* value = std::get_if<journal::payload>(&request.outcome);
  const auto fault = value ? json_fault(*value) : std::nullopt;
  if (fault) throw error_exception({errc::bad_input, "the promise's value is not JSON: " + *fault});
}

std::string result_of(const std::string& workflow_id, run_outcome outcome) {
  if (outcome.status != journal::run_status::completed) {
    throw run_failed(workflow_id, outcome.status, std::move(outcome.failure));
  }
  return std::move(outcome.result);
}

}  // namespace

run_failed::run_failed(const std::string& workflow_id, journal::run_status status,
                       journal::failure_info why)
    : std::runtime_error(sentence_of(workflow_id, status, why)),
      status_(status),
      why_(std::move(why)) {}

class runtime::impl {
 public:
  impl(const application& what, runtime_options options)
      : report_(options.report ? std::move(options.report) : report_to_standard_error),
        store_(open_store(options)),
        clock_(clock_of(options)),
        entropy_(randomness_of(options)),
        threads_(options.shards, options.activity_threads),
        engine_(std::make_unique<engine>(engine_options_of(options), what.bound(), *store_, *clock_,
                                         *entropy_, threads_.executors())) {
    engine_->on_report(report_);
    if (const auto why = why_blind()) report_(*why);
    try {
      or_throw(engine_->open());
      if (options.control_socket) {
        server_ = or_throw(control_server::open(
            options.journal, {*engine_, *store_, *clock_, threads_.control(), json_fault}));
      }
    } catch (...) {
      stop();
      throw;
    }
  }

  ~impl() {
    stop();
    engine_.reset();
    threads_.drain();
  }

  void stop() {
    const std::lock_guard one_at_a_time(stop_mutex_);
    {
      const std::unique_lock no_requests(request_mutex_);
      if (std::exchange(stopped_, true)) return;
    }
    wait_until([&](auto done) { engine_->stop(std::move(done)); });
    if (server_) wait_until([&](auto done) { server_->close(std::move(done)); });
    threads_.stop();
    server_.reset();
  }

  // Hands `ask` to the engine, unless that would never be answered.
  template <class T, class Ask>
  void request(engine::callback<T> done, Ask ask) {
    {
      const std::shared_lock not_while_stopping(request_mutex_);
      if (!stopped_) {
        ask(*engine_, std::move(done));
        return;
      }
    }
    done(error{errc::stopped, "the runtime was stopped"});
  }

  template <class T, class Ask>
  T wait_for(Ask ask) {
    std::promise<theus::result<T>> answered;
    request<T>([&](theus::result<T> r) { answered.set_value(std::move(r)); }, std::move(ask));
    return or_throw(answered.get_future().get());
  }

  template <class T, class Ask>
  boost::asio::awaitable<T> await(Ask ask) {
    return async_answer<T>([this, ask = std::move(ask)](engine::callback<T> done) {
      request<T>(std::move(done), ask);
    });
  }

  engine& core() { return *engine_; }
  journal::store& records() { return *store_; }

 private:
  std::function<void(const std::string&)> report_;
  std::shared_ptr<journal::store> store_;
  std::shared_ptr<wall_clock> clock_;
  std::shared_ptr<entropy> entropy_;
  runtime_threads threads_;
  std::unique_ptr<engine> engine_;
  std::unique_ptr<control_server> server_;

  std::mutex stop_mutex_;
  std::shared_mutex request_mutex_;
  bool stopped_ = false;
};

runtime::runtime(const application& what, runtime_options options) {
  try {
    impl_ = std::make_unique<impl>(what, std::move(options));
  } catch (const boost::system::system_error& e) {
    throw error_exception({errc::io_error, std::string("cannot start the runtime: ") + e.what()});
  } catch (const std::system_error& e) {
    throw error_exception({errc::io_error, std::string("cannot start its threads: ") + e.what()});
  }
}

runtime::~runtime() = default;

void runtime::stop() { impl_->stop(); }

start_reply runtime::start_encoded(start_request request) {
  return impl_->wait_for<start_reply>([&](engine& e, engine::callback<start_reply> done) {
    e.start(std::move(request), std::move(done));
  });
}

void runtime::signal_encoded(signal_request request) {
  check_json(request);
  impl_->wait_for<void>([&](engine& e, engine::callback<void> done) {
    e.signal(std::move(request), std::move(done));
  });
}

void runtime::settle_encoded(settle_request request) {
  check_json(request);
  impl_->wait_for<void>([&](engine& e, engine::callback<void> done) {
    e.settle(std::move(request), std::move(done));
  });
}

void runtime::cancel(const std::string& workflow_id, const std::string& reason) {
  impl_->wait_for<void>([&](engine& e, engine::callback<void> done) {
    e.cancel(workflow_id, reason, std::move(done));
  });
}

void runtime::terminate(const std::string& workflow_id, const std::string& reason) {
  impl_->wait_for<void>([&](engine& e, engine::callback<void> done) {
    e.terminate(workflow_id, reason, std::move(done));
  });
}

void runtime::pause(const std::string& workflow_id, const std::string& reason) {
  impl_->wait_for<void>([&](engine& e, engine::callback<void> done) {
    e.pause(workflow_id, reason, std::move(done));
  });
}

void runtime::resume(const std::string& workflow_id) {
  impl_->wait_for<void>(
      [&](engine& e, engine::callback<void> done) { e.resume(workflow_id, std::move(done)); });
}

std::string runtime::result_encoded(const std::string& workflow_id) {
  return result_of(workflow_id,
                   impl_->wait_for<run_outcome>([&](engine& e, engine::callback<run_outcome> done) {
                     e.wait(workflow_id, std::move(done));
                   }));
}

std::string runtime::query_encoded(query_request request) {
  return impl_->wait_for<std::string>([&](engine& e, engine::callback<std::string> done) {
    e.query(std::move(request), std::move(done));
  });
}

update_reply runtime::update_encoded(update_request request) {
  return impl_->wait_for<update_reply>([&](engine& e, engine::callback<update_reply> done) {
    e.update(std::move(request), std::move(done));
  });
}

boost::asio::awaitable<start_reply> runtime::async_start_encoded(start_request request) {
  return impl_->await<start_reply>(
      [request = std::move(request)](engine& e, engine::callback<start_reply> done) {
        e.start(request, std::move(done));
      });
}

boost::asio::awaitable<void> runtime::async_signal_encoded(signal_request request) {
  check_json(request);
  return impl_->await<void>([request = std::move(request)](engine& e, engine::callback<void> done) {
    e.signal(request, std::move(done));
  });
}

boost::asio::awaitable<void> runtime::async_settle_encoded(settle_request request) {
  check_json(request);
  return impl_->await<void>([request = std::move(request)](engine& e, engine::callback<void> done) {
    e.settle(request, std::move(done));
  });
}

boost::asio::awaitable<void> runtime::async_terminate(std::string workflow_id, std::string reason) {
  return impl_->await<void>([workflow_id, reason](engine& e, engine::callback<void> done) {
    e.terminate(workflow_id, reason, std::move(done));
  });
}

boost::asio::awaitable<void> runtime::async_pause(std::string workflow_id, std::string reason) {
  return impl_->await<void>([workflow_id, reason](engine& e, engine::callback<void> done) {
    e.pause(workflow_id, reason, std::move(done));
  });
}

boost::asio::awaitable<void> runtime::async_resume(std::string workflow_id) {
  return impl_->await<void>([workflow_id](engine& e, engine::callback<void> done) {
    e.resume(workflow_id, std::move(done));
  });
}

boost::asio::awaitable<std::string> runtime::async_result_encoded(std::string workflow_id) {
  auto outcome =
      impl_->await<run_outcome>([workflow_id](engine& e, engine::callback<run_outcome> done) {
        e.wait(workflow_id, std::move(done));
      });
  run_outcome ended = co_await std::move(outcome);
  co_return result_of(workflow_id, std::move(ended));
}

boost::asio::awaitable<std::string> runtime::async_query_encoded(query_request request) {
  return impl_->await<std::string>(
      [request = std::move(request)](engine& e, engine::callback<std::string> done) {
        e.query(request, std::move(done));
      });
}

boost::asio::awaitable<update_reply> runtime::async_update_encoded(update_request request) {
  return impl_->await<update_reply>(
      [request = std::move(request)](engine& e, engine::callback<update_reply> done) {
        e.update(request, std::move(done));
      });
}

blob_store runtime::blobs() { return impl_->core().blobs(); }

engine& runtime::core() { return impl_->core(); }
journal::store& runtime::records() { return impl_->records(); }

}  // namespace theus
