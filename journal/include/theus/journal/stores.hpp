#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>

#include "theus/journal/store.hpp"

namespace theus::journal {

struct store_options {
  limits bounds;
  std::size_t block_cache_bytes = 16 * 1024 * 1024;
  std::size_t cached_heads = 65'536;  // runs whose head is known without a read
  // How long a request id names its finished run; an engine over this store states the same.
  std::chrono::hours request_window{24 * 30};
};

// Opens or creates the journal in `folder` (mode 0700). Holds an exclusive lock on it until
// destroyed. Errors: journal_in_use (names the holder's process id), corrupt (names the file, and
// what the watermark promised), unknown_version, disk_full, io_error.
result<std::unique_ptr<store>> open_rocksdb_store(const std::filesystem::path& folder,
                                                  const store_options& options = {});

// The same promises but for durability: for tests, simulation and import.
std::unique_ptr<store> make_memory_store(const store_options& options = {});

}  // namespace theus::journal
