#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <rocksdb/db.h>

#include "engine.hpp"

// How a journal uses RocksDB; docs/rocksdb-options.md says what each option bought, and why it is
// safe.
namespace theus::journal {

// By space.
inline constexpr std::array<const char*, space_count> family_names{
    "default", "records", "log", "rows", "kept", "nodes", "checkpoints"};

enum class access { create, write, read };

rocksdb::DBOptions database_options(access how);
rocksdb::ColumnFamilyOptions family_options(std::size_t place,
                                            const std::shared_ptr<rocksdb::Cache>& cache);
// The families to open a database with, by space. One that a journal lacks because it was made
// before there were checkpoints is made when `options` may write, and otherwise left out.
std::vector<rocksdb::ColumnFamilyDescriptor> families(access how, const std::string& path,
                                                      const std::shared_ptr<rocksdb::Cache>& cache,
                                                      rocksdb::DBOptions& options);

}  // namespace theus::journal
