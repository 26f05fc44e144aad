#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "theus/journal/history_file.hpp"
#include "theus/journal/store.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/runtime/take_checkpoint.hpp"

// What travels over a journal's control socket, as C++ values. runtime/control.capnp is their form
// on the wire.
namespace theus::control {

// ---- requests

struct cancel_run {
  std::string workflow_id;
  std::string reason;
};
// Ended by the runtime, without its code.
struct terminate_run {
  std::string workflow_id;
  std::string reason;
};
// It makes no turns until it is resumed.
struct pause_run {
  std::string workflow_id;
  std::string reason;
};
struct resume_run {
  std::string workflow_id;
};
// Answered once the newest run with this workflow id has finished.
struct wait_for_outcome {
  std::string workflow_id;
};
// One page, ordered by run id.
struct list_instances {
  journal::instance_filter filter;
  std::uint32_t limit = 100;
};
// By workflow id (its newest run) or by run id.
struct find_run {
  std::string id;
};
// One page of records as they lie in the journal.
struct read_history {
  journal::run_id run;
  journal::sequence from = journal::first_sequence;
  std::uint32_t limit = 100;
};
struct list_stuck {};
struct ask_status {};
struct retry_run {
  std::string workflow_id;
};

// Takes over a run's records, as journal::import_history. A history that does not fit a frame is
// imported while no runtime holds the journal.
struct import_run {
  journal::history run;
};

// Of one run, newest first, and whether its first records were trimmed.
struct list_checkpoints {
  journal::run_id run;
};
// A piece of a checkpoint, which may be larger than a frame.
struct read_checkpoint {
  journal::checkpoint_id id;
  std::uint64_t from = 0;
};
// As they lie in the journal. Of those wanted the first that fit a page come.
struct read_nodes {
  std::vector<journal::hash256> wanted;
};
// Answered once it is taken and verified, in the background: as those that the runtime takes.
struct take_one {
  journal::run_id run;
};
// `done`, or what is wrong with it.
struct verify_one {
  journal::checkpoint_id id;
};
// To the newest checkpoint, which is verified first.
struct trim_run {
  journal::run_id run;
};

using request = std::variant<start_request, signal_request, cancel_run, wait_for_outcome,
                             list_instances, find_run, read_history, list_stuck, ask_status,
                             retry_run, import_run, list_checkpoints, read_checkpoint, read_nodes,
                             take_one, verify_one, trim_run, query_request, settle_request,
                             terminate_run, pause_run, resume_run, update_request>;

// ---- replies

struct done {};
struct instance_page {
  std::vector<journal::instance_row> rows;
  bool is_last = true;
};
struct record_page {
  std::vector<std::string> raw;
  bool is_last = true;
};
struct runtime_status {
  std::uint32_t process_id = 0;
  std::string trouble;  // why appends are refused at the moment; "" when they are not
  engine_counters counters;
};

struct checkpoint_list {
  struct row {
    journal::sequence at{};
    std::string damage;  // why it cannot be read; "" when it can
    std::uint64_t bytes = 0;
    std::uint32_t roots = 0;
  };
  std::vector<row> rows;
  std::optional<journal::anchor_place> trimmed;
};
struct checkpoint_piece {
  std::uint64_t total = 0;
  std::string bytes;
  std::vector<journal::hash256> roots;  // with the first piece only
};
struct node_page {
  std::vector<std::string> nodes;  // of the first that were wanted; "" where there is none
};
struct trimmed_through {
  journal::sequence at{};
};
struct query_reply {
  journal::payload value;
};

using reply = std::variant<error, start_reply, done, run_outcome, instance_page,
                           journal::instance_row, record_page, std::vector<stuck_run>,
                           runtime_status, checkpoint_list, checkpoint_piece, node_page,
                           taken_checkpoint, trimmed_through, query_reply, update_reply>;

// ---- limits: what either side reads is measured before it is allocated

constexpr std::uint32_t max_frame_bytes = 20 * 1024 * 1024;
constexpr std::uint32_t max_segments = 512;
constexpr int max_nesting = 64;
// Of a page of the journal; it also ends before max_page_bytes of records.
constexpr std::uint32_t max_page_rows = 1'000;
constexpr std::size_t max_page_bytes = 2 * 1024 * 1024;

}  // namespace theus::control
