#include "mutation/stories.hpp"

namespace theus::mutation {
namespace {

step call(std::string name, std::int64_t argument, std::string key = {}) {
  return leaf("call", std::move(name), argument, std::move(key));
}
step sleep(std::int64_t seconds) { return leaf("sleep", {}, seconds); }
step until(std::int64_t hours) { return leaf("until", {}, hours); }
step receive(std::string name, std::string key = {}) {
  return leaf("receive", std::move(name), 0, std::move(key));
}
step limited(std::string name, std::int64_t seconds, std::string key) {
  return leaf("limited", std::move(name), seconds, std::move(key));
}
step send(std::string name, std::int64_t value) {
  return leaf("send", std::move(name), value, "ledger");
}
step put(std::string key, std::int64_t value) { return leaf("put", {}, value, std::move(key)); }
step erase(std::string key) { return leaf("erase", {}, 0, std::move(key)); }
step draw(std::string key) { return leaf("draw", {}, 0, std::move(key)); }
step trip() { return leaf("trip"); }
step retried(step s, std::int64_t attempts) {
  s.attempts = attempts;
  return s;
}

using parts = std::vector<step>;
step in_order(parts p) { return group("sequence", std::move(p)); }
step all(parts p) { return group("all", std::move(p)); }
step any(parts p) { return group("any", std::move(p)); }
step repeat(std::int64_t times, parts p) { return group("repeat", std::move(p), {}, times); }
step phase(std::string name, parts p) { return group("phase", std::move(p), std::move(name)); }
step loop(std::string name, std::int64_t times, parts p) {
  return group("loop", std::move(p), std::move(name), times);
}
step attempt(step first, step otherwise) {
  return group("attempt", {std::move(first), std::move(otherwise)});
}
step guarded(step first, step cleanup) {
  return group("guarded", {std::move(first), std::move(cleanup)});
}
step shield(step s) { return group("shield", {std::move(s)}); }

}  // namespace

const std::vector<story>& stories() {
  static const std::vector<story> all_of_them{
      {"trip",
       whole({call("reserve", 1, "seat"), put("status", 1), call("charge", 500), sleep(3'600),
              call("audit", 3), send("booked", 4)}),
       "c c ! +3600", "c"},
      {"instalments",
       whole({put("plan", 12), repeat(4, {call("charge", 100), sleep(60)}), call("audit", 1),
              call("report", 2)}),
       "c +60 c ! +60 c +60 c +60", "c c"},
      {"nested",
       whole({in_order({call("reserve", 1, "seat"), in_order({call("charge", 2), send("paid", 3)}),
                        put("inner", 4)}),
              in_order({sleep(30), call("audit", 5)}), call("report", 6)}),
       "c ! c +30 c", "c"},
      {"everything_at_once",
       whole(
           {all({call("reserve", 1, "seat"), call("charge", 2), sleep(90), receive("go", "went")}),
            put("status", 1), call("report", 3)}),
       "c2 ! go=7 c", "+90 c"},
      {"branches",
       whole({all({in_order({call("reserve", 1), sleep(20), call("audit", 2)}),
                   in_order({receive("go"), call("charge", 3), send("paid", 4)})}),
              draw("key"), call("report", 5)}),
       "c go=1 ! c +20", "c c"},
      {"race_won_by_the_call",
       whole({any({call("reserve", 1, "seat"), sleep(600)}), call("charge", 2), sleep(10),
              call("report", 3)}),
       "+60 c ! c", "+10 c"},
      {"race_won_by_the_timer",
       whole({any({call("reserve", 1, "seat"), sleep(600)}), put("late", 1), call("charge", 2),
              call("report", 3)}),
       "! +600 c", "c"},
      {"approval",
       whole({call("reserve", 1, "seat"), limited("approved", 7'200, "ok"), call("charge", 2),
              receive("confirmed", "sure"), call("report", 3)}),
       "c ! approved=1 c confirmed=2", "c"},
      {"nobody_approved",
       whole({limited("approved", 7'200, "ok"), send("refused", 1), call("refund", 2),
              receive("confirmed")}),
       "+7200 ! c", "confirmed=1"},
      {"two_signals",
       whole({receive("first", "one"), receive("second", "two"), put("both", 1), send("seen", 2),
              call("report", 3), sleep(5)}),
       "second=2 ! first=1 c", "+5"},
      {"letters",
       whole({send("one", 1), call("reserve", 2), send("two", 3), send("three", 4), put("sent", 3),
              call("report", 5), sleep(5)}),
       "c ! c", "+5"},
      {"retries",
       whole({retried(call("reserve", 1, "seat"), 5), put("tries", 2),
              retried(call("charge", 2), 3), call("report", 3)}),
       "f +2 c ! f +2 c", "c"},
      {"refund_when_it_fails",
       whole({call("charge", 1),
              attempt(in_order({call("reserve", 2), call("book", 3)}),
                      in_order({call("refund", 4), put("refunded", 1)})),
              call("report", 5)}),
       "c c ! F c", "c"},
      {"phases",
       whole({put("begun", 1), phase("onboard", {call("reserve", 1, "seat"), put("inside", 2)}),
              phase("bill", {call("charge", 3), put("billed", 4), sleep(60), call("audit", 5)}),
              call("report", 6)}),
       "c ! c +60", "c c"},
      {"phases_side_by_side",
       whole({all({phase("left", {call("reserve", 1, "seat"), put("left", 1), call("audit", 2)}),
                   phase("right", {receive("go"), put("right", 2), call("charge", 3)})}),
              call("report", 4)}),
       "c ! go=1 c", "c c"},
      {"phase_that_is_over",
       whole({phase("outer", {call("reserve", 1), phase("inner", {call("book", 2), draw("id")}),
                              put("o", 1)}),
              call("charge", 3), sleep(5)}),
       "c c ! c", "+5"},
      {"billing",
       whole({call("reserve", 1), loop("billing", 4, {call("charge", 2), draw("last"), sleep(60)}),
              call("report", 4)}),
       "c c +60 ! c +60 c", "+60 c +60 c"},
      {"billing_until_stopped",
       whole({any({loop("billing", 9, {sleep(60), call("charge", 2), draw("last")}),
                   receive("stop", "why")}),
              call("refund", 4), call("report", 5)}),
       "+60 c ! +60 c stop=1 c", "c"},
      {"context",
       whole({put("a", 1), call("reserve", 1, "b"), put("c", 2), erase("a"), call("charge", 2),
              draw("d"), put("e", 4), sleep(5), put("f", 5), call("report", 3)}),
       "c ! c +5", "c"},
      {"keys",
       whole({draw("first"), call("reserve", 1), draw("second"), draw("third"), call("charge", 2),
              draw("fourth"), call("report", 3)}),
       "c ! c", "c"},
      {"cancelled",
       whole({guarded(in_order({call("reserve", 1, "seat"), put("held", 1), receive("go")}),
                      in_order({call("refund", 2), put("gone", 1), call("audit", 3)})),
              call("report", 4)}),
       "c ! x c", "c"},
      {"shielded",
       whole({call("reserve", 1), shield(in_order({call("charge", 2), call("book", 3)})),
              call("report", 4)}),
       "c x c !", "c"},
      {"appointments",
       whole({until(2), call("reserve", 1), until(5), put("met", 1), call("audit", 2), until(9),
              call("report", 3)}),
       "+7200 c ! +10800 c", "+14400 c"},
      {"mended",
       whole({call("reserve", 1), receive("go", "went"), trip(), sleep(100), call("charge", 2),
              sleep(30), call("report", 3)}),
       "c b go=1 +50 m +50 c", "+30 c"},
      {"mended_late",
       whole({receive("go"), trip(), all({call("charge", 2), sleep(100)}), sleep(30),
              call("report", 3)}),
       "b go=1 +40 m ! c +100", "+30 c"},
      {"versions",
       whole({call("reserve", 1),
              group("versioned", {in_order({call("book", 2)}), in_order({call("charge", 3)})},
                    "prices"),
              put("paid", 1), call("audit", 4), call("report", 5)}),
       "c ! c c", "c"},
      {"loop_of_sends",
       whole({repeat(3, {send("tick", 1), call("charge", 2), put("round", 3)}), draw("id"),
              call("report", 4)}),
       "c ! c c", "c"},
  };
  return all_of_them;
}

}  // namespace theus::mutation
