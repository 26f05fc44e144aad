#include "replay-tool/run_state.hpp"

#include <csignal>

#include <gmock/gmock.h>

#include "theus/journal/stores.hpp"
#include "theus/runtime/recovery.hpp"

#include "replay-tool/local_access.hpp"
#include "tool_fixture.hpp"

namespace theus::toy {
namespace {

using ::testing::HasSubstr;
using tool::extent;

// A journal at rest, and what is read of it.
class watched_access final : public tool::journal_access {
 public:
  watched_access(const application& app, const std::filesystem::path& folder)
      : real_(app, journal::open_rocksdb_store(folder).value()) {}

  journal::sequence first_read = last_sequence;

  control::record_page records(journal::run_id run, journal::sequence from) override {
    first_read = std::min(first_read, from);
    return real_.records(run, from);
  }
  bool is_held() const override { return real_.is_held(); }
  start_reply start(const start_request& r) override { return real_.start(r); }
  void signal(const signal_request& r) override { real_.signal(r); }
  void settle(const settle_request& r) override { real_.settle(r); }
  void cancel(const std::string& id, const std::string& why) override { real_.cancel(id, why); }
  void terminate(const std::string& id, const std::string& why) override {
    real_.terminate(id, why);
  }
  void pause(const std::string& id, const std::string& why) override { real_.pause(id, why); }
  void resume(const std::string& id) override { real_.resume(id); }
  run_outcome wait(const std::string& id,
                   std::optional<std::chrono::milliseconds> timeout) override {
    return real_.wait(id, timeout);
  }
  update_reply update(const update_request& request) override { return real_.update(request); }
  journal::payload query(const query_request& request) override { return real_.query(request); }
  control::instance_page instances(const journal::instance_filter& filter,
                                   std::uint32_t limit) override {
    return real_.instances(filter, limit);
  }
  journal::instance_row find(const std::string& id) override { return real_.find(id); }
  journal::history history_of(journal::run_id run) override { return real_.history_of(run); }
  void import(journal::history h) override { real_.import(std::move(h)); }
  control::checkpoint_list checkpoints(journal::run_id run) override {
    return real_.checkpoints(run);
  }
  std::optional<journal::anchor_place> trimmed(journal::run_id run) override {
    return real_.trimmed(run);
  }
  std::optional<checkpoint> beginning(journal::run_id run) override { return real_.beginning(run); }
  std::optional<checkpoint> newest_checkpoint(journal::run_id run,
                                              journal::sequence through) override {
    return real_.newest_checkpoint(run, through);
  }
  taken_checkpoint take_checkpoint(journal::run_id run) override {
    return real_.take_checkpoint(run);
  }
  result<std::string> node(const journal::hash256& hash) override { return real_.node(hash); }
  std::optional<error> verify_checkpoint(const journal::checkpoint_id& id) override {
    return real_.verify_checkpoint(id);
  }
  journal::sequence trim(journal::run_id run) override { return real_.trim(run); }
  std::vector<stuck_run> stuck() override { return real_.stuck(); }
  void retry(const std::string& id) override { real_.retry(id); }
  control::runtime_status status() override { return real_.status(); }

 private:
  tool::local_access real_;
};

// One run of 200 iterations, a checkpoint behind them, and a few turns behind that.
class StateOfALongRun : public Tool {
 protected:
  void SetUp() override {
    {
      const auto toy = hold();
      ASSERT_EQ(tool({"start", "paces", "--id", "one", "--arg", "200"}).code, 0);
      while (tool({"show", "one", "--json"}).out.find("\"steps\":200") == std::string::npos) {
      }
      const auto taken = tool({"checkpoint", "one", "--json"}).document();
      at = taken.at("at").to_number<std::uint64_t>();
      ASSERT_EQ(tool({"signal", "one", "approved", "true"}).code, 0);
      ASSERT_EQ(tool({"result", "one"}).out, "200\n");
    }
    last = tool({"show", "one", "--json"}).document().at("turn").to_number<std::uint64_t>();
    ASSERT_GT(at, 200u);
    ASSERT_GT(last, at + 3);
  }

  std::uint64_t at = 0;  // of the checkpoint
  std::uint64_t last = 0;
};

TEST_F(StateOfALongRun, IsFoundFromTheNewestCheckpointBeforeIt) {
  watched_access access(app, journal);
  const auto run = access.find("one");
  for (std::uint64_t turn = at - 2; turn <= last; ++turn) {
    access.first_read = last_sequence;
    const auto quick = tool::state_at(app.bound(), run, turn, extent::open_scopes, access);
    const bool has_checkpoint = turn >= at;
    EXPECT_EQ(journal::number(access.first_read), has_checkpoint ? at + 1 : 1) << turn;
    access.first_read = last_sequence;
    const auto whole = tool::state_at(app.bound(), run, turn, extent::from_zero, access);
    EXPECT_EQ(journal::number(access.first_read), 1u);
    EXPECT_EQ(quick.turn, whole.turn);
    EXPECT_EQ(quick.time, whole.time);
    EXPECT_EQ(quick.is_finished, whole.is_finished);
    EXPECT_EQ(quick.context.root(), whole.context.root());
    ASSERT_EQ(quick.open.size(), whole.open.size());
    for (std::size_t i = 0; i < quick.open.size(); ++i) {
      EXPECT_EQ(quick.open[i].described(), whole.open[i].described());
      EXPECT_EQ(quick.open[i].context.root(), whole.open[i].context.root());
    }
  }
}

TEST_F(StateOfALongRun, IsShownAndComparedAlikeFromTheCheckpointAndFromZero) {
  const auto alike = [&](std::vector<std::string> question) {
    const auto quick = tool(question);
    question.emplace_back("--from-zero");
    const auto whole = tool(question);
    EXPECT_EQ(quick.code, 0) << quick.err;
    EXPECT_EQ(quick.out, whole.out);
    return quick.out;
  };
  EXPECT_THAT(alike({"show", "one"}), HasSubstr("\"steps\": 203"));
  EXPECT_THAT(alike({"show", "one", "--at", std::to_string(at), "--json"}),
              HasSubstr("\"steps\":200"));
  EXPECT_THAT(alike({"diff", "one", "--from", std::to_string(at)}),
              HasSubstr("/steps: 200 -> 203"));
  EXPECT_THAT(alike({"diff", "one", "--from", "9", "--to", std::to_string(last)}),
              HasSubstr(" -> 203"));
  const auto beyond = tool({"show", "one", "--at", "9999"});
  EXPECT_EQ(beyond.code, 3);
  EXPECT_THAT(beyond.err, HasSubstr("there is no 9999"));
}

// What does not fit from the checkpoint on is looked at from the first record, and named as ever.
TEST_F(StateOfALongRun, ACheckpointThatCannotBeUsedIsDoneWithout) {
  const auto before = tool({"show", "one"}).out;
  {
    const auto store = journal::open_rocksdb_store(journal).value();
    const auto run = store->run_of("one").value().value();
    const auto row = store->checkpoint({run, journal::sequence{at}}).value().value();
    ASSERT_TRUE(store->erase_nodes(row.roots, store->opened()));
  }
  EXPECT_EQ(tool({"show", "one"}).out, before);
  const auto toy = hold();
  EXPECT_EQ(tool({"show", "one"}).out, before);
}

}  // namespace
}  // namespace theus::toy
