#include "theus/runtime/record_text.hpp"

#include "theus/runtime/context_writes.hpp"
#include "theus/runtime/describe.hpp"

namespace theus {
namespace {

const char* kind_of(const journal::record& r) {
  if (std::holds_alternative<journal::turn>(r.body)) return "  turn    ";
  return std::holds_alternative<journal::anchor>(r.body) ? "  anchor  " : "  intake  ";
}

std::string heading(const journal::record& r) {
  std::string line = std::to_string(journal::number(r.at)) + kind_of(r) + to_text(r.time);
  if (const auto* anchor = std::get_if<journal::anchor>(&r.body)) {
    line += "  trims the records up to " + std::to_string(journal::number(anchor->through));
  }
  const auto* turn = std::get_if<journal::turn>(&r.body);
  if (!turn) return line;
  if (turn->consumed_through != journal::before_first) {
    line += "  takes intakes up to " + std::to_string(journal::number(turn->consumed_through));
  }
  if (!turn->notes.build.empty()) line += "  by build " + turn->notes.build;
  return line;
}

}  // namespace

std::vector<std::string> lines_of(const journal::record& r) {
  std::vector<std::string> lines{heading(r)};
  for (const auto& event : journal::events_of(r)) lines.push_back("     > " + describe(event));
  const auto* turn = std::get_if<journal::turn>(&r.body);
  if (!turn) return lines;
  for (const auto& command : turn->commands) lines.push_back("     < " + describe(command));
  const auto writes = decode_writes(turn->notes.context_changes);
  if (!writes) return lines;  // nothing depends on them
  for (const auto& each : *writes) {
    lines.push_back("     = " + place_of(each) + ": " + to_text(each));
  }
  return lines;
}

}  // namespace theus
