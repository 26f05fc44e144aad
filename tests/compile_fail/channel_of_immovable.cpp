// expect: theus: a channel carries values that can be moved
#include <theus/workflows.hpp>

struct pinned {
  pinned() = default;
  pinned(const pinned&) = delete;
};

theus::workflow<void> run(theus::context&) {
  theus::channel<pinned> all_of_them;
  all_of_them.close();
  co_return;
}
