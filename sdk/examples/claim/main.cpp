// The insurer as a whole program: what it would do in the world it says on the screen.
#include <iostream>

#include <theus/theus.hpp>
#include <theus/tool_main.hpp>

#include "workflow.hpp"

// [docs:main]
int main(int argc, char** argv) {
  theus::application app;
  app.add("settle", claim::settle);
  app.bind("settle", claim::stage, claim::stage_of);
  app.bind(claim::assess, [](claim::loss) { return std::int64_t{90'000}; });
  app.bind(claim::reserve, [](std::string, std::int64_t) {});
  app.bind(claim::release, [](std::string id) { std::cout << id << ": released" << std::endl; });
  app.bind(claim::ask_clerk, [](std::string id, std::int64_t cents) {
    std::cout << "clerk: pay " << cents << " cents for " << id << "?" << std::endl;
  });
  app.bind(claim::send_mail, [](std::string customer, std::string text) {
    std::cout << "to " << customer << ": " << text << std::endl;
  });
  app.bind(claim::pay, [](theus::attempt& a, std::string customer, std::int64_t cents) {
    // A bank that knows this key pays once, however often it is asked.
    std::cout << "paying " << cents << " cents to " << customer << ", key " << a.idempotency_key()
              << std::endl;
  });
  return theus::tool_main(app, argc, argv);
}
// [docs:end]
