// Objects whose destructors count, in this run.
#include <cstdint>

#include <theus/workflows.hpp>

namespace honest {
namespace in_destructors {

class counted {
 public:
  explicit counted(std::int64_t& ended) : ended_(ended) {}
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { ++ended_; }

 private:
  std::int64_t& ended_;
};

}  // namespace in_destructors

theus::workflow<std::int64_t> destructors(theus::context&) {
  using namespace in_destructors;
  std::int64_t ended = 0;
  {
    const counted first(ended);
    const counted second(ended);
  }
  co_return ended;
}

}  // namespace honest
