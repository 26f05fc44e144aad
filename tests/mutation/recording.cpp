#include "mutation/recording.hpp"

#include <sstream>

namespace theus::mutation {
namespace {

void collect_calls(const step& in, std::set<std::string>& names) {
  if (in.op == "call") names.insert({in.name, in.name + "_again"});
  for (const step& each : in.parts) collect_calls(each, names);
}

}  // namespace

application scripted_application() {
  application app;
  app.add("scripted", scripted);
  return app;
}

recording::recording(const story& what, std::size_t runs) : world_(scripted_application()) {
  collect_calls(what.script, activities_);
  activities_.insert("added");
  for (const auto& each : activities_) world_.hold(each);
  book().clear();
  broken().clear();
  for (std::size_t i = 0; i < runs; ++i) {
    ids_.push_back(id(what, i));
    book()[ids_.back()] = what.script;
  }
  come_back();
  for (const auto& each : ids_) {
    world_.running().start({"scripted", each, "", "[]"},
                           [](const auto& r) { ASSERT_TRUE(r) << r.error().message; });
  }
  world_.settle();
}

void recording::kill() {
  world_.crash();
  ended_.clear();
  world_.replace_store(journal::make_memory_store());
}

void recording::come_back() {
  auto store = journal::test::open_journal(folder_ / "journal");
  store_ = store.get();
  world_.replace_store(std::move(store));
  world_.open();
}

void recording::signal_all(const std::string& name, const std::string& value) {
  for (const auto& each : ids_) {
    world_.running().signal({each, name, value, ""}, [](const auto&) {});
  }
  world_.settle();
}

void recording::wake_all() { signal_all("nobody_waits_for_this", "0"); }

void recording::act(const std::string& words) {
  std::istringstream all(words);
  for (std::string word; all >> word;) {
    const auto equals = word.find('=');
    if (equals != std::string::npos) {
      signal_all(word.substr(0, equals), word.substr(equals + 1));
    } else if (word == "!") {
      kill();
      come_back();
    } else if (word[0] == '+') {
      world_.advance(std::chrono::seconds(std::stoll(word.substr(1))));
    } else if (word == "x") {
      for (const auto& each : ids_) {
        world_.running().cancel(each, "by the test", [](const auto&) {});
      }
      world_.settle();
    } else if (word == "b") {
      broken().insert(ids_.begin(), ids_.end());
    } else if (word == "m") {
      broken().clear();
      for (const auto& each : ids_) {
        world_.running().retry_now(each, [](const auto&) {});
      }
      world_.settle();
    } else if (word == "f" || word == "F") {
      finish_attempts(1, word);
    } else {
      finish_attempts(word == "c" ? 1 : std::stoul(word.substr(1)), "");
    }
  }
}

void recording::finish_attempts(std::size_t nth, const std::string& failing) {
  for (const auto& run : ids_) {
    std::size_t left = nth;
    for (const auto& name : activities_) {
      auto& held = world_.hold(name);
      for (std::size_t i = 0; i < held.count() && left > 0; ++i) {
        if (held[i].self->workflow_id() != run || ended_.contains({name, i})) continue;
        if (--left > 0) continue;
        ended_.insert({name, i});
        if (failing.empty()) {
          held[i].complete('"' + name + " is done\"");
        } else {
          held[i].fail("planned", failing == "f");
        }
      }
    }
    ASSERT_EQ(left, 0u) << run << " has no such attempt";
  }
  world_.settle();
}

std::vector<std::pair<std::string, std::string>> recording::attempts_of(
    const std::string& workflow_id) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& name : activities_) {
    auto& held = world_.hold(name);
    for (std::size_t i = 0; i < held.count(); ++i) {
      if (held[i].self->workflow_id() == workflow_id) found.emplace_back(name, held[i].arguments);
    }
  }
  return found;
}

std::vector<journal::stored_record> recording::records(const std::string& workflow_id) {
  return store_->read(world_.run_of(workflow_id), journal::first_sequence, 10'000).value();
}

std::vector<std::string> recording::bytes(const std::string& workflow_id) {
  return store_->read_raw(world_.run_of(workflow_id), journal::first_sequence, 10'000).value();
}

}  // namespace theus::mutation
