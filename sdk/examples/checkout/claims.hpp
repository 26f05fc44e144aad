#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <theus/application.hpp>

// How an example proves itself from what its tool says of its journal.
namespace example {

// Prints each claim, and whether it holds.
class claims {
 public:
  void expect(bool holds, const std::string& claim);
  bool hold() const { return !violated_; }

 private:
  bool violated_ = false;
};

// What a verb prints, `arguments` being the verb and its own. Throws what it complains of.
std::string said(const theus::application& app, const std::filesystem::path& journal,
                 std::vector<std::string> arguments);

}  // namespace example
