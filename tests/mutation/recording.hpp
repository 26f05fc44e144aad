#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "journal/support.hpp"
#include "mutation/stories.hpp"
#include "runtime/support/engine_world.hpp"

namespace theus::mutation {

application scripted_application();

// Runs of one story, side by side in one journal on disk, each with a script of its own in the
// book. Their ids are "NAME-0", "NAME-1", …
class recording {
 public:
  recording(const story& what, std::size_t runs);

  static std::string id(const story& what, std::size_t i) {
    return what.name + "-" + std::to_string(i);
  }

  // Does what the words of a story say, to all runs.
  void act(const std::string& words);
  // The process is killed, and comes back with the scripts that the book has by then.
  void kill();
  void come_back();
  // A signal that nobody waits for: brings every run back into memory.
  void wake_all();

  // Attempts that began since the process came back, and for which run.
  std::vector<std::pair<std::string, std::string>> attempts_of(const std::string& workflow_id);
  std::vector<journal::stored_record> records(const std::string& workflow_id);
  std::vector<std::string> bytes(const std::string& workflow_id);

  testing::engine_world& world() { return world_; }
  journal::store& store() { return *store_; }

 private:
  void finish_attempts(std::size_t nth, const std::string& failing);
  void signal_all(const std::string& name, const std::string& value);

  std::vector<std::string> ids_;
  journal::test::temporary_folder folder_;
  testing::engine_world world_;
  journal::store* store_ = nullptr;
  std::set<std::string> activities_;
  std::set<std::pair<std::string, std::size_t>> ended_;  // of the attempts of this process
};

}  // namespace theus::mutation
