// The purchase as a whole program: a mail is a line on the screen that says which command its link
// stands for.
#include <iostream>

#include <theus/theus.hpp>
#include <theus/tool_main.hpp>

#include "workflow.hpp"

int main(int argc, char** argv) {
  theus::application app;
  app.add("purchase", purchase::purchase);
  app.bind(purchase::mail, [](std::string to, std::string what, std::string token) {
    std::cout << "to " << to << ": " << what << "?\n  ./purchase resolve " << token
              << R"( '{"agreed": true, "by": ")" << to << "\"}'" << std::endl;
  });
  app.bind(purchase::buy, [](std::string what, std::int64_t cents) {
    std::cout << "bought " << what << " for " << cents << " cents" << std::endl;
  });
  return theus::tool_main(app, argc, argv);
}
