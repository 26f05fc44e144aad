#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "theus/journal/rows.hpp"

#include "engine.hpp"
#include "known_rows.hpp"

namespace theus::journal {

// Turns the changes that `derive` gives for records of one run into changes of keys, behind what
// `out` holds already. Some need what is stored: those see the engine and, over it, what this
// writer put into `out`. Lifetime: borrows the engine, the batch and what is known of the run.
class row_writer {
 public:
  row_writer(engine& stored, batch& out, run_id run, known_rows& known)
      : stored_(stored), out_(out), begin_(out.size()), run_(run), known_(known) {}

  // One change of record `at`.
  // Errors: corrupt, io_error. Then `out` holds part of the change and is of no use.
  result<void> apply(const row_change& change, sequence at);
  // Behind the last record.
  void write_tasks();

  // Whether messages went out that no record names: to children, of an end that came first.
  bool told_children() const { return told_children_; }

  // True when `change` looks at stored rows: a rebuild writes what it holds back before it.
  static bool reads(const row_change& change);

 private:
  result<void> write(const open_instance& c);
  result<void> write(const close_instance& c);
  result<void> write(const put_timer& c);
  result<void> write(const erase_timer& c);
  result<void> write(const put_task& c);
  result<void> write(const erase_task& c);
  result<void> write(const put_message& c);
  result<void> write(const put_backlog& c);
  result<void> write(const erase_backlog& c);
  result<void> write(const erase_wakeups& c);
  result<void> write(const put_anchor& c);
  result<void> write(const put_blob& c);
  result<void> write(const hold_instance& c);
  result<void> write(const put_child& c);
  result<void> write(const erase_child& c);

  result<void> change_instance(run_id run, const std::function<void(instance_row&)>& how,
                               instance_row* changed = nullptr);

  result<void> tell_children(run_id parent);
  result<void> tell_parent(const instance_row& child, const close_instance& c);
  result<std::optional<std::string>> value_of(const std::string& key);
  // Keys in [from, until), stored or put here; some may have been erased here since.
  result<std::vector<std::string>> keys_in(std::string_view from, std::string_view until);
  result<void> erase_all(std::string_view from, std::string_view until);
  void put(std::string key, std::string value = {});
  void erase(std::string key);

  engine& stored_;
  batch& out_;
  std::size_t begin_;
  run_id run_;
  known_rows& known_;
  sequence at_ = before_first;
  bool told_children_ = false;
};

}  // namespace theus::journal
