// workload FOLDER COUNT PAIRS: runs the journeys 0 to COUNT-1 to their end, PAIRS pairs at once, in
// a process of its own, to be killed at any moment and started again. Writes a byte to standard
// output for whatever it does, so that whoever kills it knows how far it is. Exit code 0 when all
// are finished. What the runtime reports goes to FOLDER/report.log.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "crash/book.hpp"
#include "crash/journey.hpp"
#include "ledger.hpp"
#include "witness.hpp"

namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using crash::acknowledgement;
using std::int64_t;

void progress() {
  if (::write(STDOUT_FILENO, ".", 1) != 1) std::_Exit(3);  // whoever watched is gone
}

// The activities: each is witnessed, and does what it does once for its key.
class world {
 public:
  explicit world(const fs::path& folder)
      : watcher_(folder / "witness", folder / "journal"), effects_(folder / "effects.log") {}

  int64_t once(theus::attempt& a, const char* activity, int64_t value) {
    return effects_
        .book(a.idempotency_key(),
              [&](const auto&) {
                crash::effect done;
                done.activity = activity;
                done.value = value;
                return done;
              })
        .value;
  }
  void begins(theus::attempt& a, const char* activity) {
    watcher_.begins(a, activity);
    progress();
  }

 private:
  checkout::witness watcher_;
  checkout::ledger<crash::effect> effects_;
};

theus::application make_application(world& w) {
  theus::application app;
  app.add("journey", crash::journey);
  app.add("book", crash::keep_book);
  app.bind(crash::add, [&w](theus::attempt& a, int64_t x, int64_t y) {
    w.begins(a, "add");
    return w.once(a, "add", x + y);
  });
  app.bind(crash::multiply,
           [&w](theus::attempt& a, int64_t x, int64_t y) -> asio::awaitable<int64_t> {
             w.begins(a, "multiply");
             const auto executor = co_await asio::this_coro::executor;
             co_await asio::post(executor, asio::use_awaitable);
             co_return w.once(a, "multiply", x * y);
           });
  app.bind(crash::stumble, [&w](theus::attempt& a, int64_t x) {
    w.begins(a, "stumble");
    if (x % 3 == 0 && a.number() < 3) throw theus::failure("stumbled", "over a stone");
    return w.once(a, "stumble", x + 1);
  });
  app.bind(crash::refuse_odd, [&w](theus::attempt& a, int64_t x) {
    w.begins(a, "refuse_odd");
    if (x % 2 != 0) throw theus::failure("odd", std::to_string(x)).non_retryable();
    return w.once(a, "refuse_odd", x);
  });
  return app;
}

class client {
 public:
  client(asio::io_context& io, theus::runtime& runtime, const fs::path& folder, int64_t count)
      : io_(io), runtime_(runtime), acknowledged_(folder / "acknowledged.log"), count_(count) {
    for (const auto& line : checkout::read_entries<acknowledgement>(folder / "acknowledged.log")) {
      if (line.what == "result") finished_.insert(line.number);
      if (line.what == "book") finished_books_.insert(line.number);
    }
  }

  void run(int pairs_at_once) {
    const auto rethrow = [](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    };
    for (int i = 0; i < pairs_at_once; ++i) asio::co_spawn(io_, work(), rethrow);
    asio::co_spawn(io_, keep_books(), rethrow);
    io_.run();
  }

 private:
  // One after the other.
  asio::awaitable<void> keep_books() {
    for (int64_t number = 0; number < crash::books_for(count_); ++number) {
      if (finished_books_.contains(number)) continue;
      theus::start_options how;
      how.workflow_id = crash::book_id(number);
      how.request_id = "start " + how.workflow_id;
      co_await runtime_.async_start("book", how, number, crash::rounds_for(count_));
      const auto result = co_await runtime_.async_result<int64_t>(how.workflow_id);
      acknowledge("book", number, std::to_string(result));
    }
  }

  asio::awaitable<void> work() {
    while (next_ < count_) {
      const int64_t even = next_;
      next_ += 2;
      if (finished_.contains(even) && finished_.contains(even + 1)) continue;
      co_await start(even);  // must be there when the odd one sends it a gift
      co_await start(even + 1);
      co_await give(even + 1);
      co_await finish(even + 1);
      co_await finish(even);
    }
  }

  asio::awaitable<void> start(int64_t number) {
    theus::start_options how;
    how.workflow_id = crash::journey_id(number);
    how.request_id = "start " + how.workflow_id;
    const theus::start_reply reply = co_await runtime_.async_start("journey", how, number);
    acknowledge("start", number, reply.run.to_string());
  }
  asio::awaitable<void> give(int64_t number) {
    const std::string request_id = "gift for " + std::to_string(number);
    try {
      co_await runtime_.async_signal(crash::journey_id(number), crash::gift,
                                     crash::gift_for(number), request_id);
      acknowledge("gift", number, request_id);
    } catch (const theus::error_exception& e) {
      if (e.code() != theus::errc::run_finished) throw;  // it got it before a crash
    }
  }
  asio::awaitable<void> finish(int64_t number) {
    const int64_t result = co_await runtime_.async_result<int64_t>(crash::journey_id(number));
    acknowledge("result", number, std::to_string(result));
  }
  void acknowledge(const char* what, int64_t number, const std::string& detail) {
    acknowledged_.append(theus::encode(acknowledgement{what, number, detail}));
    progress();
  }

  asio::io_context& io_;
  theus::runtime& runtime_;
  checkout::line_file acknowledged_;
  int64_t count_;
  int64_t next_ = 0;
  std::set<int64_t> finished_;
  std::set<int64_t> finished_books_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  try {
    const fs::path folder = argv[1];
    progress();
    world w(folder);
    progress();
    const theus::application app = make_application(w);
    asio::io_context io;
    theus::runtime_options options;
    options.journal = folder / "journal";
    options.shards = 2;
    // So small that books are full of checkpoints, and these of nodes that are not needed any more.
    options.engine.checkpoint_records = 5;
    options.engine.collection_nodes = 10;
    checkout::line_file reports(folder / "report.log");
    options.report = [&reports](const std::string& text) { reports.append(text); };
    theus::runtime runtime(app, options);
    progress();
    client(io, runtime, folder, std::atoll(argv[2])).run(std::atoi(argv[3]));
    runtime.stop();
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "workload: %s\n", e.what());
    return 1;
  }
}
