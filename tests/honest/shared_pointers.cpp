// Shared ownership within the run.
#include <cstdint>
#include <memory>

#include <theus/workflows.hpp>

namespace honest {

theus::workflow<std::int64_t> shared_pointers(theus::context&) {
  const auto first = std::make_shared<std::int64_t>(7);
  const std::weak_ptr<std::int64_t> watch = first;
  const auto second = watch.lock();
  co_return *second + second.use_count();
}

}  // namespace honest
