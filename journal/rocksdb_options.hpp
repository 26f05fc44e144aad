#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include <rocksdb/options.h>

#include "engine.hpp"

// How a journal uses RocksDB; docs/rocksdb-options.md says what each option bought, and why it is
// safe.
namespace theus::journal {

// By space.
inline constexpr std::array<const char*, space_count> family_names{"default", "records", "log",
                                                                   "rows", "kept"};

enum class access { create, write, read };

rocksdb::DBOptions database_options(access how);
rocksdb::ColumnFamilyOptions family_options(std::size_t place,
                                            const std::shared_ptr<rocksdb::Cache>& cache);

}  // namespace theus::journal
