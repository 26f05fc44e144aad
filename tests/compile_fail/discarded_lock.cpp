// expect: theus: an operation does nothing until it is awaited
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context&) {
  theus::mutex accounts;
  accounts.lock();
  co_return;
}
