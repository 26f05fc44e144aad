#include <array>
#include <map>
#include <mutex>
#include <shared_mutex>

#include "keyed_store.hpp"

namespace theus::journal {
namespace {

// Ordered maps. What a failed commit leaves behind is what a power cut before its sync would.
class memory_engine final : public engine {
 public:
  result<std::optional<std::string>> get(space where, std::string_view key) override {
    const std::shared_lock lock(mutex_);
    const auto found = in(where).find(key);
    if (found == in(where).end()) return std::optional<std::string>();
    return std::optional(found->second);
  }

  result<void> scan(space where, std::string_view from, std::string_view until,
                    const visitor& visit) override {
    const std::shared_lock lock(mutex_);
    const auto end = in(where).end();
    for (auto at = in(where).lower_bound(from); at != end && at->first < until; ++at) {
      if (!visit(at->first, at->second)) break;
    }
    return {};
  }

  result<std::optional<key_value>> last(space where, std::string_view from,
                                        std::string_view until) override {
    const std::shared_lock lock(mutex_);
    auto at = in(where).lower_bound(until);
    if (at == in(where).begin() || (--at)->first < from) return std::optional<key_value>();
    return std::optional(key_value(at->first, at->second));
  }

  result<void> prepare(const batch& changes, const journal_head& head) override {
    for (const char* place : {"append.before_write", "append.after_write"}) {
      if (auto failure = injected_failure(place)) return *failure;
    }
    const std::unique_lock lock(mutex_);
    prepared_.insert(prepared_.end(), changes.begin(), changes.end());
    newest_ = head;
    return {};
  }

  result<void> harden() override {
    journal_head reached;
    {
      const std::unique_lock lock(mutex_);
      apply(prepared_);
      prepared_.clear();
      reached = newest_;
    }
    if (auto failure = injected_failure("append.after_sync")) return *failure;
    promised_ = reached;
    if (auto failure = injected_failure("append.after_watermark")) return *failure;
    return {};
  }

  result<void> write(const batch& changes) override {
    const std::unique_lock lock(mutex_);
    apply(changes);
    return {};
  }

  result<journal_head> promised() override { return promised_; }

  result<void> promise(const journal_head& head) override {
    promised_ = head;
    return {};
  }

  result<void> reopen() override {
    if (auto failure = injected_failure("reopen.before_open")) return *failure;
    const std::unique_lock lock(mutex_);
    prepared_.clear();
    return {};
  }

 private:
  using rows = std::map<std::string, std::string, std::less<>>;

  rows& in(space where) { return spaces_[std::size_t(where)]; }

  // `mutex_` is held.
  void apply(const batch& changes) {
    for (const change& c : changes) {
      if (c.value) {
        in(c.where).insert_or_assign(c.key, *c.value);
      } else {
        for_each_erased(c, [&](const std::string& key) { in(c.where).erase(key); });
      }
    }
  }

  std::shared_mutex mutex_;
  std::array<rows, space_count> spaces_;
  batch prepared_;
  journal_head newest_;  // of what was ever prepared
  journal_head promised_;
};

}  // namespace

std::unique_ptr<store> make_memory_store(const store_options& options) {
  // An empty engine promises nothing that could be missing.
  return keyed_store::open(std::make_unique<memory_engine>(), options).value();
}

}  // namespace theus::journal
