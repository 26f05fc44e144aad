#include "mutation/script.hpp"

#include <utility>

namespace theus::mutation {
namespace {

struct item {
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(item, (), (number))
struct wide_item {
  std::int64_t number = 0;
  std::string note = "none";
};
BOOST_DESCRIBE_STRUCT(wide_item, (), (number, note))

struct rounds {
  std::int64_t uid = 0;
  std::string where;
  std::int64_t round = 1;
};
BOOST_DESCRIBE_STRUCT(rounds, (), (uid, where, round))

constexpr time_point start_of_2026{std::chrono::seconds(1'767'225'600)};

void note(std::int64_t uid, std::string what, const std::string& where) {
  if (visitor()) visitor()({uid, std::move(what), where});
}

// However a phase or iteration ends.
class leaving {
 public:
  leaving(std::int64_t uid, std::string where) : uid_(uid), where_(std::move(where)) {}
  leaving(const leaving&) = delete;
  leaving& operator=(const leaving&) = delete;
  ~leaving() { note(uid_, "left", where_); }

 private:
  std::int64_t uid_;
  std::string where_;
};

workflow<void> in_order(context& ctx, std::vector<step> parts, std::string where);

const step& written(context& ctx, std::int64_t uid) {
  return *find(book().at(ctx.workflow_id()), uid);
}

workflow<void> run_phase(context& ctx, std::int64_t uid, std::string where) {
  const leaving at_the_end(uid, where);
  std::vector<step> parts = written(ctx, uid).parts;
  co_await in_order(ctx, std::move(parts), where);
  note(uid, "end", where);
}

workflow<next<rounds>> run_round(context& ctx, rounds r) {
  const std::string where = r.where + std::to_string(r.uid) + ":" + std::to_string(r.round) + "/";
  const leaving at_the_end(r.uid, where);
  std::vector<step> parts = written(ctx, r.uid).parts;
  co_await in_order(ctx, std::move(parts), where);
  note(r.uid, "end", where);
  note(r.uid, "round " + std::to_string(r.round), where);
  if (r.round >= written(ctx, r.uid).number) co_return theus::stop;
  ++r.round;
  co_return theus::again(std::move(r));
}

step noted(const step& of, std::string what) {
  step made = leaf("note", std::move(what));
  made.uid = of.uid;
  return made;
}

// Rounds of what is repeated, one after the other: they are no workflows of their own.
std::vector<step> unrolled(std::vector<step> parts) {
  std::vector<step> all;
  for (step& each : parts) {
    if (each.op != "repeat") {
      all.push_back(std::move(each));
      continue;
    }
    all.push_back(noted(each, "begin"));
    for (std::int64_t round = 1; round <= each.number; ++round) {
      all.push_back(noted(each, "round " + std::to_string(round)));
      for (step& inner : unrolled(each.parts)) all.push_back(std::move(inner));
      all.push_back(noted(each, "end"));
    }
    all.push_back(noted(each, "over"));
    all.push_back(noted(each, "done"));
  }
  return all;
}

workflow<void> alone(context& ctx, step s, std::string where) {
  std::vector<step> parts{std::move(s)};
  return in_order(ctx, std::move(parts), std::move(where));
}

std::vector<workflow<void>> branches_of(context& ctx, const step& s, const std::string& where) {
  std::vector<workflow<void>> branches;
  for (const step& each : s.parts) branches.push_back(alone(ctx, each, where));
  return branches;
}

auto call_of(context& ctx, const step& s) {
  retry_policy policy;
  policy.attempts = static_cast<std::uint32_t>(s.attempts);
  wide_item wide;
  wide.number = s.number;
  item argument;
  argument.number = s.number;
  auto wish = s.is_wide ? ctx.call(activity<std::string(wide_item)>(s.name.c_str()), wide)
                        : ctx.call(activity<std::string(item)>(s.name.c_str()), argument);
  return std::move(wish).retry(policy);
}

void write(context& ctx, const step& s) {
  if (s.op == "put") {
    ctx[s.key] = s.number;
  } else if (s.op == "erase") {
    (void)ctx[s.key].erase();
  } else if (s.op == "draw") {
    ctx[s.key] = ctx.uuid().to_string();
  }
}

template <class T>
void keep(context& ctx, const step& s, const T& value) {
  if (!s.key.empty()) ctx[s.key] = value;
}

// All of it in one workflow: each would be a scope that takes a number.
workflow<void> in_order(context& ctx, std::vector<step> parts, std::string where) {
  std::vector<step> left = unrolled(std::move(parts));
  for (std::size_t next = 0; next < left.size(); ++next) {
    const step s = left[next];
    if (s.op == "note") {
      note(s.uid, s.name, where);
      continue;
    }
    note(s.uid, "begin", where);
    const signal<std::int64_t> named(s.name.c_str());
    if (s.op == "call") {
      auto wish = call_of(ctx, s);
      const std::string answer = co_await std::move(wish);
      keep(ctx, s, answer);
    } else if (s.op == "sleep") {
      co_await ctx.sleep(std::chrono::seconds(s.number));
    } else if (s.op == "until") {
      co_await ctx.sleep_until(start_of_2026 + std::chrono::hours(s.number));
    } else if (s.op == "receive") {
      const std::int64_t heard = co_await ctx.receive(named);
      keep(ctx, s, heard);
    } else if (s.op == "limited") {
      auto wish = ctx.receive(named);
      const auto heard = co_await std::move(wish).within(std::chrono::seconds(s.number));
      keep(ctx, s, heard.value_or(-1));
    } else if (s.op == "send") {
      co_await ctx.send(s.key, named, s.number);
    } else if (s.op == "trip" && broken().contains(ctx.workflow_id())) {
      throw std::runtime_error("this binary has a bug");
    } else if (s.op == "all") {
      co_await theus::all(branches_of(ctx, s, where));
    } else if (s.op == "any") {
      (void)co_await theus::any(branches_of(ctx, s, where));
    } else if (s.op == "shield") {
      auto inner = alone(ctx, s.parts[0], where);
      co_await theus::shield(std::move(inner));
    } else if (s.op == "sequence") {
      std::vector<step> inner = s.parts;
      co_await in_order(ctx, std::move(inner), where);
      note(s.uid, "end", where);
    } else if (s.op == "attempt") {
      auto first = alone(ctx, s.parts[0], where);
      const auto outcome = co_await theus::outcome_of(std::move(first));
      if (!outcome.has_value()) co_await alone(ctx, s.parts[1], where);
    } else if (s.op == "guarded") {
      bool was_cancelled = false;
      try {
        co_await alone(ctx, s.parts[0], where);
      } catch (const cancelled&) {
        was_cancelled = true;
      }
      if (was_cancelled) {
        auto cleaning = alone(ctx, s.parts[1], where);
        co_await theus::shield(std::move(cleaning));
        co_await ctx.sleep(std::chrono::seconds(1));  // throws: the run ends as cancelled
      }
    } else if (s.op == "phase") {
      auto wish = ctx.phase(s.name, run_phase, s.uid, where + std::to_string(s.uid) + ":0/");
      co_await std::move(wish);
    } else if (s.op == "loop") {
      rounds first;
      first.uid = s.uid;
      first.where = where;
      auto wish = ctx.loop(s.name, run_round, std::move(first));
      co_await std::move(wish);
    } else if (s.op == "versioned") {
      const auto version = static_cast<std::size_t>(ctx.version(s.name, 0, 1));
      std::vector<step> chosen = unrolled(s.parts[version].parts);
      chosen.push_back(noted(s.parts[version], "end"));
      left.insert(left.begin() + static_cast<std::ptrdiff_t>(next) + 1, chosen.begin(),
                  chosen.end());
    } else {
      write(ctx, s);
    }
    note(s.uid, "done", where);
  }
}

void number(step& s, std::int64_t& next) {
  s.uid = next++;
  for (step& each : s.parts) number(each, next);
}

}  // namespace

step leaf(std::string op, std::string name, std::int64_t number, std::string key) {
  step made;
  made.op = std::move(op);
  made.name = std::move(name);
  made.number = number;
  made.key = std::move(key);
  return made;
}

step group(std::string op, std::vector<step> parts, std::string name, std::int64_t number) {
  step made = leaf(std::move(op), std::move(name), number);
  made.parts = std::move(parts);
  return made;
}

step whole(std::vector<step> parts) {
  step made = group("sequence", std::move(parts));
  std::int64_t next = 1;
  number(made, next);
  return made;
}

const step* find(const step& in, std::int64_t uid) {
  if (in.uid == uid) return &in;
  for (const step& each : in.parts) {
    if (const step* found = find(each, uid)) return found;
  }
  return nullptr;
}

std::map<std::string, step>& book() {
  static std::map<std::string, step> scripts;
  return scripts;
}

std::set<std::string>& broken() {
  static std::set<std::string> runs;
  return runs;
}

std::function<void(const visit&)>& visitor() {
  static std::function<void(const visit&)> listening;
  return listening;
}

workflow<std::int64_t> scripted(context& ctx) {
  step script = book().at(ctx.workflow_id());
  const std::int64_t result = script.number;
  note(script.uid, "begin", "");
  co_await in_order(ctx, std::move(script.parts), "");
  note(script.uid, "end", "");
  co_return result;
}

}  // namespace theus::mutation
