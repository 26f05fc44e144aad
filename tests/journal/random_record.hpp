#pragma once

#include <algorithm>
#include <random>
#include <set>
#include <tuple>

#include "theus/journal/codec.hpp"
#include "theus/journal/record.hpp"

namespace theus::journal::test {

// Records with every kind of event and command, and values at the edges of their types. The same
// seed gives the same records with every compiler: only the engine's raw draws are used.
class random_records {
 public:
  // What records of that format level can hold.
  explicit random_records(std::uint64_t seed, std::uint8_t level = format_level)
      : engine_(seed), level_(level) {}

  record next() {
    record r;
    r.at = sequence{1 + (below(3) == 0 ? draw() >> below(64) : below(100))};
    if (r.at == before_first) r.at = first_sequence;
    r.raw_time = time();
    r.time = below(4) == 0 ? std::max(r.raw_time, time()) : r.raw_time;
    r.previous = hash();
    if (below(4) != 0) {
      turn t;
      t.consumed_through = sequence{below(4) == 0 ? draw() >> below(64) : 0};
      t.state_digest = hash();
      t.events = events();
      for (std::uint64_t n = below(5); n > 0; --n) t.commands.push_back(one_command());
      if (level_ >= 2 && below(4) == 0) t.notes = {text(), text()};
      r.body = std::move(t);
    } else {
      r.body = intake{events()};
    }
    return r;
  }

  // An anchor: `next` gives none, so that what it gave for a seed stays what it was.
  record next_anchor() {
    record r;
    r.at = sequence{2 + below(1'000'000)};
    r.raw_time = time();
    r.time = below(4) == 0 ? std::max(r.raw_time, time()) : r.raw_time;
    r.previous = hash();
    anchor a;
    a.through = sequence{1 + below(journal::number(r.at) - 1)};
    a.last = hash();
    a.manifest = hash();
    a.workflow_id = text();
    a.workflow_type = text();
    a.request_id = text();
    a.started_at = time();
    std::set<std::tuple<wall_time, command_id, bool>> wakeups;
    for (std::uint64_t n = below(4); n > 0; --n) {
      const wall_time due = time();
      const command_id command = id();
      wakeups.emplace(due, command, below(2) == 0);
    }
    for (const auto& [due, command, is_retry] : wakeups) {
      a.wakeups.push_back({command, due, is_retry});
    }
    std::set<command_id> commands;
    for (std::uint64_t n = below(4); n > 0; --n) commands.insert(id());
    for (const command_id& command : commands) {
      if (a.tasks_from == before_first) {
        a.tasks_from = sequence{1 + below(journal::number(a.through))};
      }
      const std::uint64_t since = journal::number(a.through) - journal::number(a.tasks_from);
      a.tasks.push_back({command, sequence{journal::number(a.tasks_from) + below(since + 1)}});
    }
    commands.clear();
    for (std::uint64_t n = below(4); n > 0; --n) commands.insert(id());
    for (const command_id& command : commands) {
      const std::string workflow_id = text(), name = text();
      a.messages.push_back(send_signal{command, workflow_id, name, text()});
    }
    if (level_ >= 3) add_family(a);
    r.body = std::move(a);
    return r;
  }

  // What came with level 3. `next` gives none of it, like anchors.
  // With an activity that has timeouts besides start-to-close.
  record next_timed() {
    record r = next();
    auto* t = std::get_if<turn>(&r.body);
    if (t == nullptr) t = &r.body.emplace<turn>();
    schedule_activity c{id(), text(), text(), retry(), wide(), below(2) == 0};
    const auto which = below(7) + 1;
    if ((which & 1) != 0) c.timeouts.heartbeat_ms = wide() | 1;
    if ((which & 2) != 0) {
      c.timeouts.schedule_to_start_ms = wide() | 1;
      c.timeouts.start_by = time();
    }
    if ((which & 4) != 0) c.timeouts.close_by = time();
    t->commands.push_back(std::move(c));
    return r;
  }

  record next_of_family() {
    record r = next();
    auto* t = std::get_if<turn>(&r.body);
    if (t == nullptr) t = &r.body.emplace<turn>();
    switch (below(4)) {
      case 0: {
        started e;
        e.workflow_id = text();
        e.workflow_type = text();
        e.arguments = text();
        e.parent = message_id{run(), id(), message_id::kind::start};
        r.body = intake{{std::move(e)}};
        break;
      }
      case 1:
        t->events.push_back(ended());
        break;
      case 2: {
        const command_id command = id();
        const std::string workflow_id = text(), type = text();
        t->commands.push_back(start_child{command, workflow_id, type, text(), below(2) == 0});
        break;
      }
      default: {
        const command_id command = id();
        t->commands.push_back(withdraw{command, withdraw::target::child, std::nullopt, text()});
      }
    }
    return r;
  }

  // What came with level 4. `next` gives none of it.
  record next_of_promise() {
    record r = next();
    auto* t = std::get_if<turn>(&r.body);
    if (t == nullptr) t = &r.body.emplace<turn>();
    const command_id command = id();
    switch (below(4)) {
      case 0:
        r.body = intake{{promise_settled{command, text()}}};
        break;
      case 1:
        t->events.push_back(promise_settled{command, failure()});
        break;
      case 2:
        t->commands.push_back(create_promise{command});
        break;
      default:
        t->commands.push_back(withdraw{command, withdraw::target::promise, std::nullopt});
    }
    return r;
  }

  record next_of_update() {
    record r = next();
    auto* t = std::get_if<turn>(&r.body);
    if (t == nullptr) t = &r.body.emplace<turn>();
    const std::string update_id = "u" + text();
    switch (below(4)) {
      case 0: {
        const std::string name = text();
        r.body = intake{{update_accepted{update_id, name, text()}}};
        break;
      }
      case 1: {
        const std::string name = text();
        t->events.push_back(update_accepted{update_id, name, text()});
        break;
      }
      case 2:
        t->commands.push_back(complete_update{update_id, failure()});
        break;
      default:
        t->commands.push_back(complete_update{update_id, text()});
    }
    return r;
  }

  // Ends and pauses from outside, and what becomes of children: with level 4, too.
  record next_of_ending() {
    record r = next();
    switch (below(7)) {
      case 0:
        r.body = intake{{terminated{text()}}};
        break;
      case 1:
        r.body = intake{{paused{text()}}};
        break;
      case 2:
        r.body = intake{{resumed{}}};
        break;
      case 3: {
        child_ended e = ended();
        e.how = child_ended::ending::terminated;
        e.outcome = failure();
        r.body = intake{{std::move(e)}};
        break;
      }
      case 4: {
        r = next_anchor();
        auto& a = std::get<anchor>(r.body);
        std::set<command_id> commands{id()};
        for (std::uint64_t n = below(4); n > 0; --n) commands.insert(id());
        for (const command_id& command : commands) {
          const auto closing = below(2) == 0 ? parent_close::cancel : parent_close::terminate;
          a.children.push_back({command, "of " + text(), closing});
        }
        break;
      }
      default: {
        const command_id command = id();
        const std::string workflow_id = text(), type = text(), arguments = text();
        const bool is_detached = below(2) == 0;
        turn t;
        t.state_digest = hash();
        t.commands.push_back(start_child{command, workflow_id, type, arguments, is_detached,
                                         parent_close(1 + below(3))});
        r.body = std::move(t);
      }
    }
    return r;
  }

  std::uint64_t draw() { return engine_(); }
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }

 private:
  std::uint32_t number() { return std::uint32_t(draw() >> (32 + below(32))); }
  std::uint64_t wide() { return draw() >> below(64); }

  hash256 hash() {
    hash256 h;
    if (below(5) == 0) return h;
    for (auto& byte : h.bytes) byte = std::uint8_t(draw());
    return h;
  }

  run_id run() {
    run_id made;
    for (auto& byte : made.bytes) byte = std::uint8_t(draw());
    return made;
  }
  child_ended ended() {
    child_ended e;
    e.command = id();
    e.workflow_id = text();
    if (below(2) == 0) e.run = run();
    e.how = child_ended::ending(below(4));
    if (e.how == child_ended::ending::completed) {
      e.outcome = text();
    } else {
      e.outcome = failure();
    }
    return e;
  }
  // Every child of an anchor has a workflow id.
  void add_family(anchor& a) {
    if (below(3) == 0) a.parent = message_id{run(), id(), message_id::kind::start};
    std::set<command_id> commands;
    for (std::uint64_t n = below(4); n > 0; --n) commands.insert(id());
    for (const command_id& command : commands) {
      const std::string workflow_id = "of " + text(), type = text();
      a.starts.push_back(start_child{command, workflow_id, type, text(), below(2) == 0});
      if (below(2) == 0) a.cancels.push_back({command, workflow_id});
    }
  }

  wall_time time() {
    switch (below(6)) {
      case 0:
        return wall_time::min();
      case 1:
        return wall_time::max();
      case 2:
        return wall_time();
      case 3:
        return wall_time(std::chrono::microseconds(std::int64_t(draw())));
      default:
        return wall_time(std::chrono::microseconds(1'763'800'000'000'000 + below(1'000'000'000)));
    }
  }
  std::optional<wall_time> maybe_time() {
    if (below(2) == 0) return std::nullopt;
    return time();
  }

  std::string text() {
    switch (below(8)) {
      case 0:
        return "";
      case 1:
        return "null";
      case 2:
        return std::string("a\0b", 3);
      case 3:
        return std::string(below(600), 'x');
      case 4:
        return "\xc3\xa9\xe2\x82\xac";
      default:
        break;
    }
    std::string s;
    for (std::uint64_t n = below(40); n > 0; --n) s.push_back(char(draw()));
    return s;
  }
  command_id id() {
    static const char* const scopes[] = {"", "", "", "1", "2/1", "onboard/3", "a//b", "/"};
    return {scopes[below(8)], number()};
  }
  failure_info failure(int depth = 0) {
    failure_info f{text(), text(), {}};
    if (depth < 8 && below(3) == 0) f.cause.push_back(failure(depth + 1));
    return f;
  }
  retry_terms retry() {
    retry_terms r;
    if (below(2) == 0) return r;
    r.attempts = number();
    r.first_interval_ms = wide();
    r.coefficient = double(below(1'000)) / 7;
    r.maximum_interval_ms = wide();
    r.jitter = below(2) == 0 ? -0.0 : 1e-300;
    for (std::uint64_t n = below(4); n > 0; --n) r.non_retryable.push_back(text());
    return r;
  }

  std::vector<event> events() {
    std::vector<event> all;
    for (std::uint64_t n = below(4); n > 0; --n) all.push_back(one_event());
    return all;
  }
  event one_event() {
    switch (below(8)) {
      case 0: {
        started e;
        e.workflow_id = text();
        e.workflow_type = text();
        e.request_id = text();
        e.arguments = text();
        e.semantics = number();
        e.seed_high = wide();
        e.seed_low = wide();
        return e;
      }
      case 1:
        return activity_completed{id(), number(), maybe_time(), text()};
      case 2:
        return activity_completed{id(), number(), maybe_time(), failure()};
      case 3:
        return attempt_failed{id(), number(), maybe_time(), failure(), time()};
      case 4:
        return attempt_started{id(), number()};
      case 5:
        return timer_fired{id(), time()};
      case 6: {
        signal_received e{text(), text(), std::nullopt, text()};
        if (below(2) == 0) {
          message_id from;
          for (auto& byte : from.sender.bytes) byte = std::uint8_t(draw());
          from.command = id();
          e.from = from;
        }
        return e;
      }
      default:
        return cancel_requested{text()};
    }
  }
  command one_command() {
    switch (below(level_ == 1 ? 7 : 10)) {
      case 0:
        return schedule_activity{id(), text(), text(), retry(), wide(), below(2) == 0};
      case 1:
        return start_timer{id(), time()};
      case 2:
        return await_signal{id(), text()};
      case 3:
        return send_signal{id(), text(), text(), text()};
      case 4:
        return withdraw{id(), withdraw::target(below(3)), maybe_time()};
      case 5:
        return complete_run{text()};
      case 7:
        return open_scope{id(), open_scope::kind(below(2)), text(), text()};
      case 8:
        return closing();
      case 9:
        return version_marker{text(), text(), std::int32_t(number())};
      default:
        return fail_run{failure(), below(2) == 0};
    }
  }

  close_scope closing() {
    close_scope c;
    c.id = id();
    c.iteration = std::uint32_t(below(3));
    c.changes = text();
    c.moment = std::uint32_t(below(5));
    c.behind_events = std::uint32_t(below(5));
    switch (below(3)) {
      case 0:
        c.outcome = close_scope::completed{text()};
        break;
      case 1:
        c.outcome = close_scope::again{text()};
        break;
      default:
        c.outcome = scope_failure{scope_failure::kind(below(3)), failure(), text(),
                                  std::uint32_t(below(4))};
    }
    for (auto& byte : c.root.bytes) byte = std::uint8_t(draw());
    for (auto i = below(4); i > 0; --i) c.consumed.push_back(wide());
    return c;
  }

  std::mt19937_64 engine_;
  std::uint8_t level_;
};

}  // namespace theus::journal::test
