#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rocksdb/db.h>

namespace theus::journal::test {

// The database of a journal that nobody has open, and its families by name.
class bare_database {
 public:
  // With the families it has.
  explicit bare_database(const std::filesystem::path& path)
      : bare_database(path, families_of(path), {}) {}
  // A new one.
  bare_database(const std::filesystem::path& path, const std::vector<std::string>& names)
      : bare_database(path, names, made_new()) {}
  ~bare_database() {
    for (auto* family : families_) (void)database_->DestroyColumnFamilyHandle(family);
  }
  bare_database(const bare_database&) = delete;
  bare_database& operator=(const bare_database&) = delete;

  static std::vector<std::string> families_of(const std::filesystem::path& path) {
    std::vector<std::string> names;
    const auto s = rocksdb::DB::ListColumnFamilies({}, path.string(), &names);
    EXPECT_TRUE(s.ok()) << s.ToString();
    return names;
  }

  std::string get(const char* family, const std::string& key) const {
    std::string value;
    EXPECT_TRUE(database_->Get({}, at(family), key, &value).ok());
    return value;
  }
  void put(const char* family, const std::string& key, const std::string& value) const {
    EXPECT_TRUE(database_->Put({}, at(family), key, value).ok());
  }
  void erase(const char* family, const std::string& key) const {
    EXPECT_TRUE(database_->Delete({}, at(family), key).ok());
  }
  void copy_all_to(const bare_database& to) const {
    for (auto* family : to.families_) {
      const std::unique_ptr<rocksdb::Iterator> each(
          database_->NewIterator({}, at(family->GetName().c_str())));
      for (each->SeekToFirst(); each->Valid(); each->Next())
        EXPECT_TRUE(to.database_->Put({}, family, each->key(), each->value()).ok());
    }
  }

 private:
  static rocksdb::Options made_new() {
    rocksdb::Options options;
    options.create_if_missing = options.create_missing_column_families = true;
    return options;
  }
  bare_database(const std::filesystem::path& path, const std::vector<std::string>& names,
                const rocksdb::Options& options) {
    std::vector<rocksdb::ColumnFamilyDescriptor> described;
    for (const auto& name : names) described.emplace_back(name, rocksdb::ColumnFamilyOptions());
    rocksdb::DB* opened = nullptr;
    const auto s = rocksdb::DB::Open(options, path.string(), described, &families_, &opened);
    EXPECT_TRUE(s.ok()) << s.ToString();
    database_.reset(opened);
  }
  rocksdb::ColumnFamilyHandle* at(const std::string& name) const {
    return *std::ranges::find(families_, name, &rocksdb::ColumnFamilyHandle::GetName);
  }

  std::unique_ptr<rocksdb::DB> database_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

}  // namespace theus::journal::test
