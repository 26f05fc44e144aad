#include "theus/journal/fail_point.hpp"

#ifdef THEUS_FAIL_POINTS

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace theus::journal {
namespace {

struct order {
  std::string place;
  std::string action;
  std::uint64_t passage = 0;
};

class table;
table& the_table();
void print_table();

class table {
 public:
  table() {
    if (const char* spec = std::getenv("THEUS_FAIL_POINTS")) arm(spec);
  }

  void arm(std::string_view spec) {
    const std::lock_guard lock(mutex_);
    orders_.clear();
    passed_.clear();
    while (!spec.empty()) {
      const std::size_t comma = spec.find(',');
      add(spec.substr(0, comma));
      spec = comma == std::string_view::npos ? std::string_view() : spec.substr(comma + 1);
    }
  }

  fail_action pass(std::string_view place) {
    const std::lock_guard lock(mutex_);
    if (orders_.empty() && !counting_) return fail_action::none;
    const std::uint64_t passage = ++passed_[std::string(place)];
    for (const order& o : orders_) {
      if (o.place != place || o.passage != passage) continue;
      if (o.action == "kill") std::raise(SIGKILL);
      return o.action == "full" ? fail_action::full : fail_action::error;
    }
    return fail_action::none;
  }

  void print() {
    const std::lock_guard lock(mutex_);
    for (const auto& [place, count] : passed_) {
      std::fprintf(stderr, "%s %llu\n", place.c_str(), static_cast<unsigned long long>(count));
    }
  }

 private:
  void add(std::string_view text) {
    if (text == "*=count") {
      if (!counting_) std::atexit(print_table);
      counting_ = true;
      return;
    }
    const std::size_t equals = text.find('=');
    const std::size_t at = text.find('@');
    order o;
    if (equals != text.npos && at != text.npos && equals < at) {
      o = {std::string(text.substr(0, equals)),
           std::string(text.substr(equals + 1, at - equals - 1)),
           std::strtoull(std::string(text.substr(at + 1)).c_str(), nullptr, 10)};
    }
    if (o.passage == 0 || (o.action != "kill" && o.action != "error" && o.action != "full")) {
      std::fprintf(stderr, "theus: THEUS_FAIL_POINTS: \"%.*s\" is not place=kill|error|full@n\n",
                   int(text.size()), text.data());
      std::abort();
    }
    orders_.push_back(std::move(o));
  }

  std::mutex mutex_;
  std::vector<order> orders_;
  std::map<std::string, std::uint64_t> passed_;
  bool counting_ = false;
};

table& the_table() {
  static table* const only = new table;  // outlives every atexit handler
  return *only;
}

void print_table() { the_table().print(); }

}  // namespace

fail_action pass_fail_point(std::string_view place) { return the_table().pass(place); }

void arm_fail_points(std::string_view spec) { the_table().arm(spec); }

}  // namespace theus::journal

#endif
