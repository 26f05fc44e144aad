#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <theus/application.hpp>

#include "ledger.hpp"
#include "workflow.hpp"

namespace subscription {

// bills.log: what the payment provider booked, once for each key.
struct bill {
  std::string key;
  std::int64_t sequence = 0;
  std::int64_t month = 0;
  std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(bill, (), (key, sequence, month, cents))

struct subscription_folder {
  std::filesystem::path path;

  std::filesystem::path journal() const { return path / "journal"; }
  std::filesystem::path bills() const { return path / "bills.log"; }
};

// The workflow, with activities that book with the provider whose books are in the folder; opened
// when the first of them runs, and only then made.
class lazy_provider {
 public:
  explicit lazy_provider(subscription_folder folder) : folder_(std::move(folder)) {}

  checkout::ledger<bill>& book();

 private:
  subscription_folder folder_;
  std::once_flag opened_;
  std::optional<checkout::ledger<bill>> book_;
};

// `provider` must outlive the application.
theus::application make_application(lazy_provider& provider);

inline constexpr const char* workflow_id = "subscription-of-ada";

}  // namespace subscription
