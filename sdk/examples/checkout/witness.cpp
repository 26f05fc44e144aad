#include "witness.hpp"

#include <chrono>
#include <map>
#include <set>
#include <tuple>
#include <variant>

#include <theus/journal/stores.hpp>

namespace checkout {
namespace {

using theus::journal::tail_entry;

constexpr std::size_t page_records = 4'096;

std::filesystem::path generations_file(const std::filesystem::path& folder) {
  return folder / "generations.log";
}
std::filesystem::path executions_file(const std::filesystem::path& folder) {
  return folder / "executions.log";
}
std::filesystem::path recorded_file(const std::filesystem::path& folder) {
  return folder / "recorded.log";
}

// generations.log: a line for each start of the process, with where it stopped reading.
struct generation_line {
  std::int64_t generation = 0;
  std::string read_to;  // a journal position in hexadecimal digits
};
BOOST_DESCRIBE_STRUCT(generation_line, (), (generation, read_to))

template <class Bytes>
std::string hex_of(const Bytes& bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += digits[value >> 4];
    text += digits[value & 15];
  }
  return text;
}

std::string bytes_of(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

// The steps that one record holds: results, and attempts that failed.
std::vector<recorded_step> steps_in(const tail_entry& entry, std::int64_t generation) {
  namespace journal = theus::journal;
  std::vector<recorded_step> steps;
  const auto note = [&](const journal::command_id& command, std::uint32_t attempt, bool final) {
    steps.push_back({entry.run.to_string() + "/" + command.to_string(), attempt, final, generation,
                     static_cast<std::int64_t>(journal::number(entry.record.value.at)),
                     hex(entry.record.hash)});
  };
  const auto& events = journal::events_of(entry.record.value);
  for (const journal::event& event : events) {
    if (const auto* done = std::get_if<journal::activity_completed>(&event)) {
      note(done->command, done->attempt, true);
    } else if (const auto* failed = std::get_if<journal::attempt_failed>(&event)) {
      note(failed->command, failed->attempt, false);
    }
  }
  return steps;
}

}  // namespace

std::string hex(const theus::journal::hash256& hash) { return hex_of(hash.bytes); }

theus::journal::position for_each_record(theus::journal::store& journal,
                                         const theus::journal::position& from,
                                         const std::function<void(const tail_entry&)>& visit) {
  theus::journal::position at = from;
  for (;;) {
    const auto page = journal.tail(at, page_records).value();
    for (const tail_entry& entry : page) visit(entry);
    if (page.empty()) return at;
    at = page.back().at;
  }
}

witness::witness(const std::filesystem::path& folder, const std::filesystem::path& journal) {
  std::filesystem::create_directories(folder);
  line_file generations(generations_file(folder));
  const auto before = read_entries<generation_line>(generations_file(folder));
  generation_ = static_cast<std::int64_t>(before.size()) + 1;
  theus::journal::position from;
  if (!before.empty()) from.bytes = bytes_of(before.back().read_to);

  if (!journal.empty()) {
    line_file recorded(recorded_file(folder));
    const auto store = theus::journal::open_rocksdb_store(journal).value();
    from = for_each_record(*store, from, [&](const tail_entry& entry) {
      for (const recorded_step& step : steps_in(entry, generation_)) {
        recorded.append(theus::encode(step));
      }
    });
  }
  // Last: a generation killed before this line is begun anew and finds the same records again.
  generations.append(theus::encode(generation_line{generation_, hex_of(from.bytes)}));
  executions_ = std::make_unique<line_file>(executions_file(folder));
}

void witness::begins(const theus::attempt& a, const std::string& activity) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  executions_->append(theus::encode(
      execution{a.idempotency_key(), activity, static_cast<std::int64_t>(a.number()), generation_,
                std::chrono::duration_cast<std::chrono::microseconds>(now).count()}));
}

witness_report cross_examine(const std::filesystem::path& folder, theus::journal::store& journal) {
  witness_report report;
  const auto violation = [&](const std::string& sentence) {
    report.violations.push_back(sentence);
  };
  report.generations = static_cast<std::int64_t>(read_lines(generations_file(folder)).size());

  std::map<std::pair<std::string, std::int64_t>, recorded_step> in_journal;
  for_each_record(journal, {}, [&](const tail_entry& entry) {
    for (recorded_step& step : steps_in(entry, 0)) {
      if (!in_journal.emplace(std::pair(step.key, step.attempt), step).second) {
        violation("attempt " + std::to_string(step.attempt) + " of " + step.key +
                  " is recorded twice");
      }
    }
  });

  std::map<std::string, std::vector<recorded_step>> seen;  // by key
  for (const recorded_step& step : read_entries<recorded_step>(recorded_file(folder))) {
    const auto found = in_journal.find({step.key, step.attempt});
    if (found == in_journal.end()) {
      violation("attempt " + std::to_string(step.attempt) + " of " + step.key +
                " was in the journal in generation " + std::to_string(step.generation) +
                " and is gone");
    } else if (found->second.hash != step.hash || found->second.sequence != step.sequence) {
      violation("the record with attempt " + std::to_string(step.attempt) + " of " + step.key +
                " has changed since generation " + std::to_string(step.generation));
    }
    seen[step.key].push_back(step);
    ++report.recorded;
  }

  std::set<std::tuple<std::string, std::int64_t, std::int64_t>> ran;
  for (const execution& e : read_entries<execution>(executions_file(folder))) {
    ++report.executions;
    if (!ran.emplace(e.key, e.attempt, e.generation).second) {
      violation("attempt " + std::to_string(e.attempt) + " of " + e.key + " (" + e.activity +
                ") ran twice in generation " + std::to_string(e.generation));
    }
    for (const recorded_step& step : seen[e.key]) {
      if (e.generation < step.generation || (!step.final && e.attempt > step.attempt)) continue;
      violation(e.activity + " " + e.key + " ran again in generation " +
                std::to_string(e.generation) + " as attempt " + std::to_string(e.attempt) +
                ", although attempt " + std::to_string(step.attempt) + " was recorded before");
    }
  }
  return report;
}

}  // namespace checkout
