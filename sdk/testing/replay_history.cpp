#include "theus/testing/replay_history.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include "theus/journal/history_file.hpp"
#include "theus/journal/stores.hpp"
#include "theus/runtime/cause_in_child.hpp"
#include "theus/runtime/diagnosis.hpp"
#include "theus/runtime/node_archive.hpp"
#include "theus/runtime/recovery.hpp"
#include "theus/value/storage.hpp"

namespace theus::testing {
namespace {

template <class T>
T or_throw(result<T> answer) {
  if (!answer) throw error_exception(answer.error());
  if constexpr (!std::is_void_v<T>) return std::move(*answer);
}

// A run in a journal of its own.
class recorded_run {
 public:
  explicit recorded_run(const std::filesystem::path& file)
      : store_(journal::make_memory_store()), archive_(*store_) {
    auto read = or_throw(journal::read_history(file));
    run_ = read.run;
    const auto owner = or_throw(store_->acquire_epoch());
    or_throw(journal::import_history(*store_, owner, std::move(read), {}, references_of));
    row_ = or_throw(store_->instance(run_)).value();
    if (or_throw(store_->trimmed(run_))) {
      from_ = or_throw(find_checkpoint(*store_, archive_, run_)).newest;
    }
  }

  // What does not fit, in words; "" when all does.
  std::string misfit(const registry& what, bool from_zero) {
    const auto named = "workflow '" + row_.workflow_id + "' run " + run_.to_string() + "\n";
    if (const auto why = why_not_replayable(start(), what); !why.empty()) {
      return "unknown_workflow: " + named + why + "\n";
    }
    replayer into(*what.workflows.find(row_.workflow_type)->second, run_,
                  replayer::check::everything, what.watched({}));
    auto found = or_throw(replay_run(*store_, run_, from_ ? &*from_ : nullptr, into, last_sequence,
                                     from_zero))
                     .found;
    if (!found) return {};
    const auto later = or_throw(store_->read(run_, found->turn, records_for_a_cause));
    explain_in_child(*found, into.state(), later);
    return "mismatch: " + named + found->explain() + "\n";
  }

 private:
  journal::started start() {
    if (from_) return *started_in(*from_);
    const auto first = or_throw(store_->read(run_, journal::first_sequence, 1));
    return *started_in(first.at(0).value);
  }

  std::unique_ptr<journal::store> store_;
  node_archive archive_;
  journal::run_id run_;
  journal::instance_row row_;
  std::optional<checkpoint> from_;
};

std::vector<std::filesystem::path> histories_of(const std::filesystem::path& file_or_folder) {
  if (!std::filesystem::is_directory(file_or_folder)) return {file_or_folder};
  std::vector<std::filesystem::path> files;
  for (const auto& each : std::filesystem::directory_iterator(file_or_folder)) {
    if (each.path().extension() == ".history") files.push_back(each.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

replay_finding replay_history(const application& what, const std::filesystem::path& file_or_folder,
                              replay_options options) {
  const auto files = histories_of(file_or_folder);
  std::string text;
  std::uint64_t fit = 0;
  for (const auto& file : files) {
    try {
      const auto misfit = recorded_run(file).misfit(what.bound(), options.from_zero);
      fit += misfit.empty() ? 1 : 0;
      if (!misfit.empty()) text += file.string() + ": " + misfit;
    } catch (const error_exception& e) {
      text += file.string() + ": not checked: " + e.what() + "\n";
    }
  }
  if (files.empty()) text = "there is no *.history in " + file_or_folder.string() + "\n";
  text += std::to_string(fit) + " of " + std::to_string(files.size()) + " runs fit this binary\n";
  return {fit == files.size() && !files.empty(), text, files.size()};
}

}  // namespace theus::testing
