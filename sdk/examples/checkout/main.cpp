#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include <theus/tool_main.hpp>

#include "job.hpp"
#include "prove.hpp"

namespace {

constexpr const char* usage =
    "checkout process ORDERS.json FOLDER   process the orders; kill it and call it again at will\n"
    "         … --paranoid                 every turn is made twice before it is recorded\n"
    "checkout prove FOLDER                 prove from the files that every order came out once\n"
    "checkout VERB …                       what every Theus program can do: checkout --help\n"
    "                                      (CHECKOUT_FOLDER names the shop's folder, default .)\n";

checkout::shop_folder folder_of_tool() {
  const char* named = std::getenv("CHECKOUT_FOLDER");
  return {named ? named : "."};
}

int run(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  const bool paranoid = argc == 5 && std::string_view(argv[4]) == "--paranoid";
  if (verb == "process" && (argc == 4 || paranoid)) {
    return checkout::process_orders(argv[2], {argv[3]}, paranoid);
  }
  if (verb == "prove" && argc == 3) return checkout::prove({argv[2]});
  if (verb == "process" || verb == "prove" || verb.empty()) {
    std::fputs(usage, stderr);
    return 2;
  }
  checkout::lazy_shop where(folder_of_tool());
  const theus::application app = checkout::make_application(where);
  return theus::tool_main(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "checkout: %s\n", e.what());
    return 1;
  }
}
