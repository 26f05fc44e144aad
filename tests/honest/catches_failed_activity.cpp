// An activity that fails is looked at as a value.
#include <cstdint>
#include <string>

#include <theus/workflows.hpp>

namespace honest {
namespace in_catches_failed_activity {

constexpr theus::activity<std::string(int)> send_mail{"send_mail"};

}  // namespace in_catches_failed_activity

theus::workflow<std::int64_t> catches_failed_activity(theus::context& ctx) {
  using namespace in_catches_failed_activity;
  theus::outcome<std::string> sent = co_await theus::outcome_of(ctx.call(send_mail, 7));
  co_return sent ? 1 : 0;
}

}  // namespace honest
