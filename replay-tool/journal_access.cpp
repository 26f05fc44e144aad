#include "journal_access.hpp"

#include <thread>

#include "theus/journal/stores.hpp"
#include "theus/runtime/control_client.hpp"

#include "local_access.hpp"
#include "remote_access.hpp"

namespace theus::tool {
namespace {

// A runtime that starts or stops holds the journal for a moment without listening.
constexpr std::chrono::seconds patience{3};
constexpr std::chrono::milliseconds pause{50};

bool is_journal(const std::filesystem::path& folder) {
  std::error_code failed;
  return std::filesystem::exists(folder / "format", failed);
}

error no_journal(const std::filesystem::path& folder) {
  return {errc::not_found, "there is no journal in " + folder.string() +
                               "; `run` and `start` make one, --journal names another folder"};
}

error unreachable(const error& in_use) {
  return {errc::journal_in_use, in_use.message + ", and it does not answer on a control socket"};
}

}  // namespace

std::unique_ptr<journal_access> open_access(const application& app,
                                            const std::filesystem::path& folder, bool create) {
  if (!create && !is_journal(folder)) throw error_exception(no_journal(folder));
  const auto give_up = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto client = control_client::connect(folder);
    if (client) return std::make_unique<remote_access>(std::move(*client));
    if (client.error().code != errc::not_found) throw error_exception(client.error());
    auto store = journal::open_rocksdb_store(folder);
    if (store) return std::make_unique<local_access>(app, std::move(*store));
    if (store.error().code != errc::journal_in_use) throw error_exception(store.error());
    if (std::chrono::steady_clock::now() > give_up) {
      throw error_exception(unreachable(store.error()));
    }
    std::this_thread::sleep_for(pause);
  }
}

std::unique_ptr<journal::store> open_alone(const std::filesystem::path& folder) {
  if (!is_journal(folder)) throw error_exception(no_journal(folder));
  auto store = journal::open_rocksdb_store(folder);
  if (!store) throw error_exception(store.error());
  return std::move(*store);
}

}  // namespace theus::tool
