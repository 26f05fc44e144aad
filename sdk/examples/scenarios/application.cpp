#include "application.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>

#include "agent.hpp"
#include "cluster.hpp"
#include "dynamic_dispatch.hpp"
#include "early_return.hpp"
#include "expense_approval.hpp"
#include "file_import.hpp"
#include "order_tracking.hpp"
#include "pick_first.hpp"
#include "polling.hpp"
#include "request_reply.hpp"
#include "signals_in_order.hpp"
#include "sliding_window.hpp"
#include "split_and_merge.hpp"
#include "updatable_timer.hpp"
#include "workflow_lock.hpp"

namespace scenarios {
namespace {

void say(const std::string& what) { std::printf("  %s\n", what.c_str()); }

// Says what an activity does with a text, and nothing more.
auto saying(const char* what) {
  return [what](const std::string& text) { say(what + (" " + text)); };
}

// What is asked for is there when it was asked for that often.
class slow_answer {
 public:
  explicit slow_answer(int questions) : left_(std::make_shared<std::atomic<int>>(questions)) {}

  std::optional<std::string> ask(const std::string& job) const {
    if (--*left_ > 0) {
      say(job + " is not ready");
      return std::nullopt;
    }
    return "what " + job + " gave";
  }

 private:
  std::shared_ptr<std::atomic<int>> left_;
};

void add_expenses(theus::application& app) {
  app.add("approve_expense", expense::approve);
  app.bind(expense::ask, [](const std::string& approver, const std::string& id) {
    say("asks " + approver + " about " + id);
  });
  app.bind(expense::pay, [](const expense::report& r) { say("pays for " + r.id); });
}

void add_imports(theus::application& app) {
  app.add("import_file", file_import::import_file);
  // The file is the text itself. The third line is refused at first.
  app.bind(file_import::take_in, [](theus::attempt& a, const std::string& text) {
    std::istringstream file(text);
    return file_import::take_lines(a, file, [&a](std::int64_t number, const std::string& line) {
      if (number == 2 && a.number() == 1) throw theus::failure("busy", "the table is locked");
      say("takes line " + std::to_string(number) + ": " + line);
    });
  });
  app.bind(file_import::archive, [](const std::string&) { say("archives the file"); });
  app.bind(file_import::set_aside,
           [](const std::string&, const std::string& why) { say("sets the file aside: " + why); });
}

void add_polling(theus::application& app) {
  using namespace std::chrono_literals;
  app.add("poll_rarely", polling::poll_rarely);
  app.add("poll_in_turns", polling::poll_in_turns);
  app.add("poll_often", polling::poll_often);
  app.bind(polling::fetch, [answer = slow_answer(3)](const std::string& job) {
    const auto found = answer.ask(job);
    if (!found) throw theus::failure("not_ready", "come again");
    return *found;
  });
  app.bind(polling::look,
           [answer = slow_answer(3)](const std::string& job) { return answer.ask(job); });
  app.bind(polling::watch, [answer = slow_answer(3)](theus::attempt& a, std::string job) {
    const auto ask = [answer](const std::string& of) { return answer.ask(of); };
    return polling::watch_closely(a, std::move(job), ask, 5ms);
  });
}

void add_purchases(theus::application& app) {
  app.add("buy", pick_first::buy);
  app.bind(pick_first::ask, [](const std::string& supplier, const std::string& goods) {
    if (supplier == "north") throw theus::failure("busy", "call again");
    say(supplier + " has " + goods);
    pick_first::quote q;
    q.supplier = supplier;
    q.cents = 4'200;
    return q;
  });
  app.bind(pick_first::order, [](const pick_first::quote& from) {
    say("orders from " + from.supplier);
    return "order at " + from.supplier;
  });
}

void add_images(theus::application& app) {
  app.add("process", dispatch::process);
  for (const auto& step : {dispatch::crop, dispatch::sharpen, dispatch::watermark}) {
    app.bind(step, [name = step.name()](const std::string& image) {
      say(name + (" " + image));
      return image + "+" + name;
    });
  }
}

void add_signals(theus::application& app) {
  app.add("close_deal", in_order::close_deal);
  app.add("file_pages", in_order::file_pages);
  app.bind(in_order::file, saying("files"));
}

void add_lock(theus::application& app) {
  struct accounts {
    std::mutex mutex;
    std::map<std::string, std::int64_t> cents;
    std::int64_t latest = 0;

    void show(std::int64_t ticket) {
      if (ticket < latest) throw theus::failure("stale_ticket", "too late").non_retryable();
      latest = ticket;
    }
  };
  const auto bank = std::make_shared<accounts>();
  app.add("keep_lock", workflow_lock::keep_lock);
  app.add("deposit", workflow_lock::deposit);
  app.bind(workflow_lock::balance, [bank](const std::string& account, std::int64_t ticket) {
    const std::lock_guard lock(bank->mutex);
    bank->show(ticket);
    return bank->cents[account];
  });
  app.bind(workflow_lock::set_balance, [bank](const workflow_lock::change& to) {
    const std::lock_guard lock(bank->mutex);
    bank->show(to.ticket);
    bank->cents[to.account] = to.cents;
    say("ticket " + std::to_string(to.ticket) + ": " + to.account + " has " +
        std::to_string(to.cents));
  });
}

void add_translations(theus::application& app) {
  using split_and_merge::paragraphs;
  app.add("translate_book", split_and_merge::translate_book);
  app.bind(split_and_merge::split, [](const std::string& book) {
    paragraphs parts;
    for (const char letter : book) parts.push_back(std::string(1, letter));
    return parts;
  });
  app.bind(split_and_merge::translate, [](const std::string& paragraph) {
    say("translates " + paragraph);
    return "<" + paragraph + ">";
  });
  app.bind(split_and_merge::merge, [](const paragraphs& parts) {
    std::string book;
    for (const auto& part : parts) book += part;
    return book;
  });
}

void add_agent(theus::application& app) {
  app.add("work_on", agent::work_on);
  // Not much of a model: it looks at how much was said.
  app.bind(agent::think, [](const agent::transcript& said) {
    agent::reply next;
    next.tool = said.size() == 1 ? "search" : said.size() == 3 ? "pay" : "";
    next.text = said.size() == 1 ? "the price" : said.size() == 3 ? "42 euros" : "it is paid";
    return next;
  });
  app.bind(agent::use_tool, [](const agent::reply& wish) {
    say("uses " + wish.tool + ": " + wish.text);
    return "done: " + wish.text;
  });
  app.bind(agent::ask_reviewer, [](std::int64_t step, const agent::reply& wish) {
    say("asks whether it may " + wish.tool + " in step " + std::to_string(step));
  });
}

void add_orders(theus::application& app) {
  using namespace order_tracking;
  app.add("fulfil", fulfil);
  app.bind(reserve, saying("reserves"));
  app.bind(release, saying("releases"));
  app.bind(charge, [](const order& o) { say("charges " + o.id); });
  app.bind(refund, saying("refunds"));
  app.bind(ship, [](const order& o) {
    say("ships " + o.id);
    return "parcel of " + o.id;
  });
  app.bind(call_back, saying("calls back"));
}

void add_billing(theus::application& app) {
  using namespace sliding_window;
  app.add(bill, bill_one);
  app.add("bill_all", bill_all).bind("bill_all", so_far, tally_of);
  app.bind(make_invoice, [](const std::string& customer) {
    if (customer == "Bo") throw theus::failure("no_account", customer).non_retryable();
    return static_cast<std::int64_t>(customer.size()) * 100;
  });
  app.bind(mail, [](const std::string& customer, std::int64_t cents) {
    say("bills " + customer + " for " + std::to_string(cents));
  });
}

void add_library(theus::application& app) {
  using namespace request_reply;
  app.add("keep_desk", keep_desk).bind("keep_desk", reply_to, reply_of);
  app.bind("keep_desk", ask_now, reply_now, check_word);
  app.add("read", read).add(explain, explain_word);
  app.bind(look_up, [](const std::string& word) {
    say("looks up " + word);
    return "what " + word + " means";
  });
}

void add_cluster(theus::application& app) {
  using namespace cluster;
  app.add("manage", manage);
  app.bind("manage", assign, assign_nodes, check_assignment);
  app.bind("manage", finish, finish_job);
  const auto all = [](const names& nodes) {
    std::string text;
    for (const auto& node : nodes) text += " " + node;
    return text;
  };
  app.bind(allocate, [all](const names& nodes, const std::string& job) {
    say("gives" + all(nodes) + " to " + job);
  });
  app.bind(release, [all](const names& nodes) { say("takes" + all(nodes) + " back"); });
  app.bind(find_broken, [](const names& nodes) {
    names broken;
    for (const auto& node : nodes) {
      if (node == "c") broken.push_back(node);
    }
    return broken;
  });
}

void add_payments(theus::application& app) {
  using namespace early_return;
  app.add("pay", pay).bind("pay", receipt, give_receipt);
  app.bind(reserve, [](const payment& p) {
    if (p.cents > 10'000) throw theus::failure("limit", "that is too much").non_retryable();
    say("reserves " + std::to_string(p.cents));
    return "receipt for " + p.to;
  });
  app.bind(transfer, [](const std::string& number) { say("transfers: " + number); });
}

}  // namespace

theus::application make_application() {
  theus::application app;
  add_expenses(app);
  app.add("wake_at", alarm_clock::wake_at);
  add_imports(app);
  add_polling(app);
  add_purchases(app);
  add_images(app);
  add_signals(app);
  add_lock(app);
  add_translations(app);
  add_agent(app);
  add_orders(app);
  add_billing(app);
  add_library(app);
  add_cluster(app);
  add_payments(app);
  return app;
}

}  // namespace scenarios
