#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <rocksdb/db.h>

namespace theus::benchmarks {

// RocksDB without a journal on it.
class raw_database {
 public:
  // With the families and options of the journal that lies in the folder `journal`; `path` may be
  // the database of that journal itself.
  static raw_database like(const std::filesystem::path& journal, const std::filesystem::path& path);
  // As RocksDB is by itself, with one family.
  static raw_database plain(const std::filesystem::path& path);

  raw_database(raw_database&&) = default;
  raw_database& operator=(raw_database&&) = delete;
  ~raw_database();

  // Everything, to the last level.
  void compact() const;

  rocksdb::DB& operator*() const { return *database_; }
  rocksdb::DB* operator->() const { return database_.get(); }
  rocksdb::ColumnFamilyHandle* family(std::size_t place) const { return families_[place]; }

 private:
  raw_database() = default;

  std::unique_ptr<rocksdb::DB> database_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

}  // namespace theus::benchmarks
