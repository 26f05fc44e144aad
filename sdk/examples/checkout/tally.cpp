#include <cstdio>

#include <boost/describe/enum_to_string.hpp>

#include "job.hpp"

namespace checkout {
namespace {

std::string money(std::int64_t cents) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%02lld", static_cast<long long>(cents / 100),
                static_cast<long long>(cents % 100));
  return text;
}

std::string row_text(const char* name, std::int64_t orders, std::int64_t charged,
                     std::int64_t refunded) {
  char text[128];
  std::snprintf(text, sizeof text, "  %-14s %7lld %14s %14s\n", name,
                static_cast<long long>(orders), money(charged).c_str(), money(refunded).c_str());
  return text;
}

}  // namespace

void tally::add(const summary& s) {
  row& r = rows_[s.how];
  ++r.orders;
  r.charged_cents += s.charged_cents;
  r.refunded_cents += s.refunded_cents;
  ++total_;
}

std::int64_t tally::count(outcome how) const {
  const auto found = rows_.find(how);
  return found == rows_.end() ? 0 : found->second.orders;
}

std::string tally::to_text() const {
  std::string text = "  outcome         orders        charged       refunded\n";
  row sum;
  for (const auto& [how, r] : rows_) {
    text += row_text(boost::describe::enum_to_string(how, "?"), r.orders, r.charged_cents,
                     r.refunded_cents);
    sum.charged_cents += r.charged_cents;
    sum.refunded_cents += r.refunded_cents;
  }
  return text + row_text("total", total_, sum.charged_cents, sum.refunded_cents);
}

}  // namespace checkout
