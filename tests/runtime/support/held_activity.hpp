#pragma once

#include <deque>
#include <memory>
#include <string>

#include "theus/runtime/activity_type.hpp"

namespace theus::testing {

// An activity whose attempts end when the test says so. One thread.
class held_activity final : public activity_type {
 public:
  struct begun {
    std::shared_ptr<attempt> self;
    journal::payload arguments;
    std::function<void(attempt_outcome)> done;

    void complete(journal::payload value) const { done(std::move(value)); }
    void fail(std::string type, bool retryable = true) const {
      done(attempt_failure{{std::move(type), "held activity failed", {}}, retryable});
    }
  };

  explicit held_activity(std::string name) : name_(std::move(name)) {}

  const std::string& name() const override { return name_; }
  kind how() const override { return kind::asynchronous; }
  attempt_outcome run(attempt&, const journal::payload&) const override {
    return attempt_failure{{"wrong", "a held activity is launched, not run", {}}, false};
  }
  void launch(const boost::asio::any_io_executor&, std::shared_ptr<attempt> a,
              const journal::payload& arguments,
              std::function<void(attempt_outcome)> done) const override {
    attempts_.push_back({std::move(a), arguments, std::move(done)});
  }

  std::size_t count() const { return attempts_.size(); }
  const begun& operator[](std::size_t index) const { return attempts_.at(index); }
  // Those who held it are gone, as after a crash.
  void forget() { attempts_.clear(); }

 private:
  std::string name_;
  mutable std::deque<begun> attempts_;
};

}  // namespace theus::testing
