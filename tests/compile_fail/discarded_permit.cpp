// expect: theus: it is given back at once where nobody keeps it
#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context&) {
  theus::mutex accounts;
  co_await accounts.lock();
}
