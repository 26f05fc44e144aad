// A shop's shipping as a whole program: its activities print what they would do.
#include <cstdio>

#include <theus/theus.hpp>
#include <theus/tool_main.hpp>

#include "workflow.hpp"

namespace {

void say(const char* what, const std::string& whom) { std::printf("%s %s\n", what, whom.c_str()); }

// [docs:add]
theus::application all_workflows() {
  theus::application app;
  app.add(deliver, deliver_parcel);
  app.add("ship", ship);
  app.add("ship_or_refund", ship_or_refund);
  app.add("ship_express", ship_express);
  app.add("send_gift", send_gift);
  app.add(insure, insure_parcel);
  app.add("send_insured", send_insured);
  return app;
}
// [docs:end]

}  // namespace

int main(int argc, char** argv) {
  theus::application app = all_workflows();
  app.bind(hand_to_courier, [](parcel p) { say("to the courier:", p.id + " for " + p.address); });
  app.bind(call_back, [](std::string id) { say("called back:", id); });
  app.bind(refund, [](std::string id) { say("refunded:", id); });
  return theus::tool_main(app, argc, argv);
}
