#include "run_report.hpp"

#include <algorithm>
#include <variant>

#include "theus/runtime/describe.hpp"
#include "theus/runtime/node_archive.hpp"
#include "theus/runtime/record_text.hpp"
#include "theus/runtime/recovery.hpp"

namespace theus::testing {
namespace {

constexpr std::size_t all_records = 1'000'000;
constexpr std::size_t lines_of_the_end = 24;

template <class T>
T or_throw(result<T> answer) {
  if (!answer) throw error_exception(answer.error());
  if constexpr (!std::is_void_v<T>) return std::move(*answer);
}

// The command that began what is awaited, and when.
struct asked_for {
  std::string what;
  journal::wall_time since;
};

const journal::command_id* id_of(const journal::command& c) {
  return std::visit(
      [](const auto& each) -> const journal::command_id* {
        using type = std::remove_cvref_t<decltype(each)>;
        if constexpr (std::is_same_v<type, journal::withdraw> || !requires { each.id; }) {
          return nullptr;
        } else {
          return &each.id;
        }
      },
      c);
}

std::optional<asked_for> find_command(const std::vector<journal::stored_record>& records,
                                      const journal::command_id& id) {
  for (const auto& each : records) {
    const auto* turn = std::get_if<journal::turn>(&each.value.body);
    if (!turn) continue;
    for (const auto& command : turn->commands) {
      const auto* its_id = id_of(command);
      if (its_id && *its_id == id) return asked_for{describe(command), each.value.time};
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<journal::stored_record> run_report::records() const {
  const auto trimmed = or_throw(store_.trimmed(run_));
  const auto from = trimmed ? next(trimmed->through) : journal::first_sequence;
  return or_throw(store_.read(run_, from, all_records));
}

std::string run_report::history() const {
  const auto row = or_throw(store_.instance(run_));
  if (!row) return "there is no run " + run_.to_string() + "\n";
  std::string text = "run " + run_.to_string() + " of " + row->workflow_type + " '" +
                     row->workflow_id + "', " + journal::name(row->status) + "\n";
  for (const auto& each : records()) {
    for (const auto& line : lines_of(each.value)) text += line + "\n";
  }
  return text;
}

std::unique_ptr<replayer> run_report::replayed() const {
  const auto row = or_throw(store_.instance(run_));
  if (!row) throw error_exception({errc::not_found, "there is no run " + run_.to_string()});
  const auto type = what_.workflows.find(row->workflow_type);
  if (type == what_.workflows.end()) {
    throw error_exception({errc::unknown_workflow, "no workflow is named " + row->workflow_type});
  }
  std::optional<checkpoint> from;
  if (or_throw(store_.trimmed(run_))) {
    node_archive archive(store_);
    from = or_throw(find_checkpoint(store_, archive, run_)).newest;
  }
  auto into =
      std::make_unique<replayer>(*type->second, run_, replayer::check::commands, what_.watched({}));
  const auto done = or_throw(replay_run(store_, run_, from ? &*from : nullptr, *into));
  if (done.found) throw std::runtime_error(done.found->explain());
  return into;
}

value run_report::context() const { return replayed()->state().context().tree(); }

journal::hash256 run_report::root() const { return replayed()->state().context().root(); }

std::map<std::string, std::vector<journal::payload>> run_report::unread_signals() const {
  return replayed()->state().unread_signals();
}

std::vector<std::string> run_report::waits() const {
  const auto known = records();
  const auto code = replayed();
  std::vector<std::string> lines;
  for (const auto* each : code->state().pending()) {
    const auto asked = find_command(known, each->id());
    std::string line =
        asked ? asked->what + ", since " + to_text(asked->since) : "#" + each->id().to_string();
    if (const auto where = location_of(each->awaited_at()); !where.empty()) line += ", at " + where;
    lines.push_back(std::move(line));
  }
  for (auto& within : code->state().inner_waits()) lines.push_back(std::move(within));
  return lines;
}

std::string run_report::whereabouts() const {
  const auto row = or_throw(store_.instance(run_));
  std::string text = row && row->is_paused ? "it is paused\n" : "";
  text += "it waits for\n";
  for (const auto& line : waits()) text += "  " + line + "\n";
  for (const auto& [name, values] : unread_signals()) {
    for (const auto& each : values) {
      text += "nobody has taken signal " + name + " " + brief(each) + "\n";
    }
  }
  std::vector<std::string> lines;
  for (const auto& each : records()) {
    const auto some = lines_of(each.value);
    lines.insert(lines.end(), some.begin(), some.end());
  }
  text += "the end of its history\n";
  const auto first = lines.size() - std::min(lines.size(), lines_of_the_end);
  for (std::size_t i = first; i < lines.size(); ++i) text += "  " + lines[i] + "\n";
  return text;
}

}  // namespace theus::testing
