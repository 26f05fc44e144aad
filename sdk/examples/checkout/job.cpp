#include "job.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/system_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace checkout {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr milliseconds customers_come_every{12};

// One start of the process: the customers, the person who approves, and what people see of it.
// Everything but the activities and the workflows themselves happens on the thread of `io_`.
class job {
 public:
  job(asio::io_context& io, shop& place, theus::runtime& runtime, const shop_folder& folder)
      : io_(io),
        place_(place),
        runtime_(runtime),
        folder_(folder),
        acknowledged_(folder.acknowledged()) {}

  int run();

 private:
  asio::awaitable<void> customers();
  asio::awaitable<void> customer(order o);
  asio::awaitable<void> approver();
  asio::awaitable<void> answer(question_entry asked, approver_plan plan);
  asio::awaitable<void> progress();

  void spawn(asio::awaitable<void> task);
  void acknowledge(const char* what, const std::string& order_id, const std::string& detail);
  void print_progress() const;

  asio::io_context& io_;
  shop& place_;
  theus::runtime& runtime_;
  const shop_folder& folder_;
  line_file acknowledged_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  tally results_;
  std::int64_t failed_ = 0;
  std::set<std::string> asked_;  // orders that wait for the approver
  std::exception_ptr trouble_;
  int interrupted_by_ = 0;
};

// Those who came before a restart are all there at once; the others come one after another.
asio::awaitable<void> job::customers() {
  std::set<std::string> known;
  for (const auto& line : read_entries<acknowledgement>(folder_.acknowledged())) {
    known.insert(line.order_id);
  }
  asio::steady_timer timer(io_);
  for (const order& o : place_.book().orders) {
    spawn(customer(o));
    if (known.contains(o.id)) continue;
    timer.expires_after(customers_come_every);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

// [docs:customer]
// The request id makes a start that is repeated after a crash the same start.
asio::awaitable<void> job::customer(order o) {
  theus::start_options how;
  how.workflow_id = o.id;
  how.request_id = "order " + o.id;
  const theus::start_reply started = co_await runtime_.async_start("checkout", how, o);
  acknowledge("start", o.id, started.run.to_string());

  try {
    const summary result = co_await runtime_.async_result<summary>(o.id);
    acknowledge("result", o.id, theus::encode(result));
    results_.add(result);
  } catch (const theus::run_failed& failed) {
    std::fprintf(stderr, "%s\n", failed.what());
    ++failed_;
  }
  asked_.erase(o.id);
  const std::int64_t all = static_cast<std::int64_t>(place_.book().orders.size());
  if (results_.total() + failed_ == all) io_.stop();
}
// [docs:end]

asio::awaitable<void> job::approver() {
  asio::steady_timer timer(io_);
  for (std::size_t read = 0;;) {
    for (const question_entry& asked : place_.questions().since(read)) {
      ++read;
      asked_.insert(asked.order_id);
      const auto plan = place_.book().approver.find(asked.order_id);
      if (plan != place_.book().approver.end()) spawn(answer(asked, plan->second));
    }
    timer.expires_after(milliseconds(50));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

// [docs:answer]
// Whoever answers does not know whether an answer before a crash got through: it is sent again,
// and counted once.
asio::awaitable<void> job::answer(question_entry asked, approver_plan plan) {
  asio::system_timer timer(io_);
  timer.expires_at(system_clock::time_point(milliseconds(asked.asked_at_ms + plan.after_ms)));
  co_await timer.async_wait(asio::use_awaitable);
  const std::string request_id = "answer " + asked.key;
  try {
    co_await runtime_.async_signal(asked.order_id, approved, plan.answer, request_id);
    acknowledge("approval", asked.order_id, request_id);
  } catch (const theus::error_exception& e) {
    if (e.code() != theus::errc::run_finished) throw;  // too late: the order was given up
  }
}
// [docs:end]

asio::awaitable<void> job::progress() {
  asio::steady_timer timer(io_);
  for (;;) {
    timer.expires_after(milliseconds(500));
    co_await timer.async_wait(asio::use_awaitable);
    print_progress();
  }
}

void job::print_progress() const {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - began_;
  std::printf("%6.1f s %5lld/%zu done · %zu charged · %zu shipped · %lld declined · %zu waiting\n",
              elapsed.count(), static_cast<long long>(results_.total()),
              place_.book().orders.size(), place_.charges().size(), place_.shipments().size(),
              static_cast<long long>(results_.count(outcome::declined)), asked_.size());
  std::fflush(stdout);
}

void job::acknowledge(const char* what, const std::string& order_id, const std::string& detail) {
  acknowledged_.append(theus::encode(acknowledgement{what, order_id, detail}));
}

void job::spawn(asio::awaitable<void> task) {
  asio::co_spawn(io_, std::move(task), [this](std::exception_ptr error) {
    if (!error) return;
    trouble_ = error;
    io_.stop();
  });
}

int job::run() {
  asio::signal_set signals(io_, SIGINT, SIGTERM);
  signals.async_wait([this](boost::system::error_code failed, int number) {
    if (failed) return;
    interrupted_by_ = number;
    io_.stop();
  });
  spawn(customers());
  spawn(approver());
  spawn(progress());
  io_.run();
  runtime_.stop();
  if (trouble_) std::rethrow_exception(trouble_);
  if (interrupted_by_ != 0) {
    print_progress();
    std::printf("stopped; the same command goes on from here\n");
    return 130;
  }
  std::printf("\n%s", results_.to_text().c_str());
  return failed_ == 0 ? 0 : 1;
}

// The first start keeps the orders with the journal, so that later ones cannot differ.
void keep_orders(const std::filesystem::path& orders, const shop_folder& folder) {
  std::filesystem::create_directories(folder.path);
  if (std::filesystem::exists(folder.orders())) return;
  read_order_book(orders);  // throws unless it is one
  const std::filesystem::path draft = folder.orders().string() + ".new";
  std::filesystem::copy_file(orders, draft, std::filesystem::copy_options::overwrite_existing);
  std::filesystem::rename(draft, folder.orders());
}

}  // namespace

int process_orders(const std::filesystem::path& orders, const shop_folder& folder, bool paranoid) {
  keep_orders(orders, folder);
  lazy_shop where(folder);
  shop& place = where.open(true);
  const theus::application app = make_application(where);
  asio::io_context io;

  theus::runtime_options options;
  options.journal = folder.journal();
  options.activity_threads = 4;
  options.engine.paranoid = paranoid;
  theus::runtime runtime(app, options);
  std::printf("start %lld, process %d: %zu orders in %s\n",
              static_cast<long long>(where.generation()), static_cast<int>(::getpid()),
              place.book().orders.size(), folder.path.c_str());
  std::fflush(stdout);
  return job(io, place, runtime, folder).run();
}

}  // namespace checkout
