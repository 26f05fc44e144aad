#include "claims.hpp"

#include <cstdio>
#include <sstream>
#include <stdexcept>

#include <theus/tool_main.hpp>

namespace example {

void claims::expect(bool holds, const std::string& claim) {
  std::printf("%s: %s\n", holds ? "proved  " : "VIOLATED", claim.c_str());
  violated_ = violated_ || !holds;
}

std::string said(const theus::application& app, const std::filesystem::path& journal,
                 std::vector<std::string> arguments) {
  arguments.insert(arguments.begin() + 1, {"--journal", journal.string()});
  std::ostringstream out, err;
  if (theus::tool_main(app, arguments, out, err) != 0) {
    throw std::runtime_error(out.str() + err.str());
  }
  return out.str();
}

}  // namespace example
