#pragma once

#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

// An insurer settles a claim. docs/step-by-step.md builds it, from the first form to the last.
namespace claim {

// [docs:first]
struct loss {
  std::string id;
  std::string customer;
  std::string what;
};
BOOST_DESCRIBE_STRUCT(loss, (), (id, customer, what))

constexpr theus::activity<std::int64_t(loss)> assess{"assess"};  // cents
constexpr theus::activity<void(std::string customer, std::int64_t cents)> pay{"pay"};
// [docs:end]

// [docs:second]
constexpr theus::activity<void(std::string id, std::int64_t cents)> ask_clerk{"ask_clerk"};
constexpr theus::signal<bool> decided{"decided"};
// [docs:end]

// [docs:third]
constexpr theus::activity<void(std::string id, std::int64_t cents)> reserve{"reserve"};
constexpr theus::activity<void(std::string id)> release{"release"};
// [docs:end]

// [docs:last]
constexpr theus::signal<std::string> photo_arrived{"photo_arrived"};
constexpr theus::query<std::string()> stage{"stage"};
constexpr theus::activity<void(std::string customer, std::string text)> send_mail{"send_mail"};
// [docs:end]

// The cents that were paid. From `second` on it throws failure "refused".
namespace first {
theus::workflow<std::int64_t> settle(theus::context& ctx, loss what);
}
namespace second {
theus::workflow<std::int64_t> settle(theus::context& ctx, loss what);
}
namespace third {
theus::workflow<std::int64_t> settle(theus::context& ctx, loss what);
}
theus::workflow<std::int64_t> settle(theus::context& ctx, loss what);

// Yes or no; no when nobody decided in two weeks.
theus::workflow<bool> ask_daily(theus::context& ctx, std::string id, std::int64_t cents);

// Answers the query.
std::string stage_of(theus::view run);

}  // namespace claim
