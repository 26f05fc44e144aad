#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include <theus/workflows.hpp>

// Somebody has to approve an expense before it is paid; who does not answer is passed over.
namespace expense {

struct report {
  std::string id;
  std::int64_t cents = 0;
  std::vector<std::string> approvers;  // asked in this order
};
BOOST_DESCRIBE_STRUCT(report, (), (id, cents, approvers))

struct decision {
  std::string by;
  bool is_approved = false;
};
BOOST_DESCRIBE_STRUCT(decision, (), (by, is_approved))

enum class ending { paid, rejected, unanswered };
BOOST_DESCRIBE_ENUM(ending, paid, rejected, unanswered)

constexpr theus::activity<void(std::string approver, std::string id)> ask{"ask_approver"};
constexpr theus::activity<void(report)> pay{"pay_expense"};
constexpr theus::signal<decision> decided{"decided"};

theus::workflow<ending> approve(theus::context& ctx, report r);

}  // namespace expense
