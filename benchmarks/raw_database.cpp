#include "raw_database.hpp"

#include <stdexcept>

#include <rocksdb/utilities/options_util.h>

namespace theus::benchmarks {
namespace {

void require(const rocksdb::Status& s) {
  if (!s.ok()) throw std::runtime_error("RocksDB: " + s.ToString());
}

}  // namespace

raw_database raw_database::like(const std::filesystem::path& journal,
                                const std::filesystem::path& path) {
  rocksdb::DBOptions options;
  std::vector<rocksdb::ColumnFamilyDescriptor> described;
  require(rocksdb::LoadLatestOptions(rocksdb::ConfigOptions(), (journal / "db").string(), &options,
                                     &described));
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  raw_database made;
  rocksdb::DB* opened = nullptr;
  require(rocksdb::DB::Open(options, path.string(), described, &made.families_, &opened));
  made.database_.reset(opened);
  return made;
}

raw_database raw_database::plain(const std::filesystem::path& path) {
  rocksdb::Options options;
  options.create_if_missing = true;
  raw_database made;
  rocksdb::DB* opened = nullptr;
  require(rocksdb::DB::Open(options, path.string(), &opened));
  made.database_.reset(opened);
  return made;
}

void raw_database::compact() const {
  rocksdb::CompactRangeOptions whole;
  whole.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  for (auto* each : families_) require(database_->CompactRange(whole, each, nullptr, nullptr));
}

raw_database::~raw_database() {
  for (auto* each : families_) (void)database_->DestroyColumnFamilyHandle(each);
}

}  // namespace theus::benchmarks
