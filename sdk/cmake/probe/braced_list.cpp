// Case 5: a braced initializer_list beside a co_await. It need only compile.
#include <initializer_list>
#include <string>

#include "probe.hpp"

namespace probe {
namespace {

operation sum(std::initializer_list<std::string> items) { return operation(int(items.size())); }

task pay() {
  int result = co_await sum({"a", "b"});
  co_return result;
}

}  // namespace
}  // namespace probe

int main() { return probe::pay().finish() == 2 ? 0 : 1; }
