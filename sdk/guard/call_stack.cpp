#include "call_stack.hpp"

#include <execinfo.h>
#include <unwind.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <mutex>

#include <boost/stacktrace/frame.hpp>

namespace theus::guard {
namespace {

constexpr int most_frames = 64;
constexpr std::size_t most_described = 16;

struct described_frame {
  std::string name;
  std::string text;
};

described_frame look_up(const void* returns_to) {
  // The call is before it.
  const boost::stacktrace::frame frame(static_cast<const char*>(returns_to) - 1);
  described_frame found{frame.name(), {}};
  // What compilers append to the parts of a coroutine.
  if (const auto part = found.name.find(" [clone "); part != std::string::npos) {
    found.name.erase(part);
  }
  found.text = found.name.empty() ? "a function without a name" : found.name;
  if (const std::size_t line = frame.source_line(); line != 0) {
    const auto file = std::filesystem::path(frame.source_file()).lexically_normal();
    found.text += " at " + file.string() + ":" + std::to_string(line);
  }
  return found;
}

// Each address once: reading debug information takes a tenth of a second.
const described_frame& described(const void* returns_to) {
  static std::mutex mutex;
  static std::map<const void*, described_frame> known;
  const std::lock_guard one_at_a_time(mutex);
  const auto found = known.find(returns_to);
  return found != known.end() ? found->second
                              : known.emplace(returns_to, look_up(returns_to)).first->second;
}

_Unwind_Reason_Code look_for_signal(_Unwind_Context* frame, void* found) {
  int is_before_instruction = 0;  // so only where a signal came in between
  if (_Unwind_GetIPInfo(frame, &is_before_instruction) == 0) return _URC_END_OF_STACK;
  if (is_before_instruction == 0) return _URC_NO_REASON;
  *static_cast<bool*>(found) = true;
  return _URC_END_OF_STACK;
}

}  // namespace

bool is_in_signal_handler() noexcept {
  bool found = false;
  _Unwind_Backtrace(look_for_signal, &found);
  return found;
}

call_stack call_stack::from(const void* caller) {
  void* frames[most_frames];
  const int count = std::max(::backtrace(frames, most_frames), 0);
  void* const* const end = frames + count;
  void* const* const begin = std::find(frames, frames + count, caller);
  call_stack stack;
  stack.addresses_.assign(begin, end);
  if (begin == end) stack.addresses_.push_back(caller);  // frames that cannot be walked
  return stack;
}

std::vector<std::string> call_stack::describe() const {
  std::vector<std::string> lines;
  for (const void* each : addresses_) {
    const described_frame& frame = described(each);
    if (frame.name.starts_with("theus::machine::") || lines.size() == most_described) break;
    lines.push_back(frame.text);
  }
  return lines;
}

}  // namespace theus::guard
