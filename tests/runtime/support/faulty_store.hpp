#pragma once

#include <functional>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "theus/journal/forwarding_store.hpp"

namespace theus::testing {

// A store whose appends can be made to fail. What it does not fail goes to the store behind it.
// Thread: that of the journal executor for appends; faults are set while nothing runs.
class faulty_store final : public journal::forwarding_store {
 public:
  enum class fault {
    none,
    unknown_but_written,
    unknown_and_lost,
    unreadable,  // refused because of what a read for it ran into; other runs are not concerned
    disk_full,
    io_error,
    fenced
  };

  using forwarding_store::forwarding_store;

  // The next `times` appends fail like this; disk_full and io_error stay until mended.
  void fail(fault how, int times = 1) {
    fault_ = how;
    times_ = times;
  }
  void mend() { fault_ = fault::none; }
  void fail_reads(int times) { failing_reads_ = times; }
  void fail_heads(int times) { failing_heads_ = times; }
  void fail_backlogs(int times) { failing_backlogs_ = times; }
  void fail_instances(int times) { failing_instances_ = times; }
  // Called before every page that an export reads.
  void on_raw_read(std::function<void()> see) { see_raw_ = std::move(see); }
  void refuse_acknowledgements(bool refuse) { refuses_acknowledgements_ = refuse; }
  // Called with every unit that is about to be appended.
  void on_append(std::function<void(const journal::unit&)> see) { see_ = std::move(see); }
  std::size_t largest_append() const { return largest_append_; }
  int reopen_calls() const { return reopen_calls_; }

  journal::append_ticket begin_append(std::span<const journal::unit> units) override;
  std::vector<journal::append_answer> finish_append(journal::append_ticket begun) override;
  result<void> reopen() override;
  std::optional<error> trouble() const override;

  result<std::vector<journal::stored_record>> read(journal::run_id run, journal::sequence from,
                                                   std::size_t max_records) override {
    ++reads_;
    if (failing_reads_ > 0) {
      --failing_reads_;
      return error{errc::io_error, "a block of 000012.sst"};
    }
    return behind_.read(run, from, max_records);
  }
  result<std::vector<std::string>> read_raw(journal::run_id run, journal::sequence from,
                                            std::size_t max_records) override {
    if (see_raw_) see_raw_();
    return behind_.read_raw(run, from, max_records);
  }
  result<std::optional<journal::head>> head_of(journal::run_id run) override {
    if (failing_heads_ > 0) {
      --failing_heads_;
      return error{errc::io_error, "a block of 000012.sst"};
    }
    return behind_.head_of(run);
  }
  result<std::optional<journal::instance_row>> instance(journal::run_id run) override {
    if (failing_instances_ > 0) {
      --failing_instances_;
      return error{errc::io_error, "a block of 000012.sst"};
    }
    return behind_.instance(run);
  }
  result<std::vector<journal::instance_row>> instances(const journal::instance_filter& filter,
                                                       std::size_t max_rows) override {
    ++instance_lists_;
    return behind_.instances(filter, max_rows);
  }
  result<std::vector<journal::backlog_row>> backlog(
      const std::optional<journal::backlog_row>& after, std::size_t max_rows) override {
    if (failing_backlogs_ > 0) {
      --failing_backlogs_;
      return error{errc::io_error, "a block of 000012.sst"};
    }
    return behind_.backlog(after, max_rows);
  }
  result<void> acknowledge(const journal::message_id& message) override {
    if (const auto why = trouble()) return *why;
    if (refuses_acknowledgements_) return error{errc::io_error, "not acknowledged"};
    return behind_.acknowledge(message);
  }

  int reads() const { return reads_; }
  int instance_lists() const { return instance_lists_; }

 private:
  // A ticket of the store behind this one, or what is answered without it.
  using begun_append = std::variant<journal::append_ticket, std::vector<journal::append_answer>>;

  std::map<journal::append_ticket, begun_append> begun_;
  std::uint64_t tickets_ = 0;
  fault fault_ = fault::none;
  bool refuses_acknowledgements_ = false;
  int times_ = 0;
  int failing_reads_ = 0;
  int failing_heads_ = 0;
  int failing_backlogs_ = 0;
  int failing_instances_ = 0;
  int reads_ = 0;
  int instance_lists_ = 0;
  int reopen_calls_ = 0;
  std::size_t largest_append_ = 0;
  std::function<void(const journal::unit&)> see_;
  std::function<void()> see_raw_;
};

}  // namespace theus::testing
