#pragma once

#include <cstddef>
#include <cstdint>

namespace theus::journal {

// Every limit has a default here, can be set where a store or runtime is made, and is answered with
// errc::limit_exceeded that names it. Checked before anything is allocated for it.
struct limits {
  std::size_t payload_bytes = 2 * 1024 * 1024;
  std::size_t heartbeat_bytes = 64 * 1024;  // the details of one
  std::size_t name_bytes = 1'024;           // workflow ids, types, activities, signals, request ids
  std::size_t record_bytes = 16 * 1024 * 1024;
  std::size_t events_per_record = 100'000;
  std::size_t commands_per_record = 250'000;
  std::size_t scope_bytes = 4'096;
  std::size_t failure_depth = 16;
  std::size_t units_per_append = 16'384;
  std::uint64_t records_per_run = 10'000'000;
  std::size_t node_bytes = 17 * 1024 * 1024;        // of a tree: a text of 16 MiB fits
  std::size_t checkpoint_bytes = 64 * 1024 * 1024;  // without its nodes
  std::size_t checkpoint_roots = 100'000;
  std::size_t history_bytes = 256 * 1024 * 1024;  // one exported run
};

}  // namespace theus::journal
