#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <theus/codec.hpp>

#include "files.hpp"
#include "ledger.hpp"
#include "witness.hpp"

// The proof that `./dev run` ends with: it must find what it says it would find.
namespace {

namespace fs = std::filesystem;
using checkout::read_entries;
using testing::HasSubstr;

struct answer {
  int exit_code = -1;
  std::string text;
};

answer run_checkout(const std::string& arguments) {
  const std::string command = std::string(THEUS_CHECKOUT) + " " + arguments + " 2>&1";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  answer a;
  char buffer[4'096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    a.text.append(buffer, got);
  }
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) a.exit_code = WEXITSTATUS(status);
  return a;
}

// Some orders of every fate that are done without waiting long for a person.
checkout::order_book few_orders() {
  const checkout::order_book all = checkout::read_order_book(THEUS_CHECKOUT_ORDERS);
  checkout::order_book few;
  few.stock = all.stock;
  for (const checkout::order& o : all.orders) {
    const auto plan = all.approver.find(o.id);
    const bool special = o.ship_to.country == "Antarctica";
    if (plan == all.approver.end() && checkout::total_cents(o) > 50'000) continue;
    if (plan != all.approver.end() && plan->second.after_ms > 600) continue;
    if (few.orders.size() >= 20 && !special) continue;
    if (plan != all.approver.end()) few.approver.insert(*plan);
    few.orders.push_back(o);
  }
  return few;
}

class Prove : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_.path = fs::path(THEUS_CRASH_FOLDER) / (std::string("Prove.") + info->name());
    fs::remove_all(folder_.path);
    fs::create_directories(folder_.path);
    const fs::path orders = folder_.path.string() + ".json";
    std::ofstream(orders) << theus::encode(few_orders());
    const answer done = run_checkout("process " + orders.string() + " " + folder_.path.string());
    ASSERT_EQ(done.exit_code, 0) << done.text;
    const answer proof = prove();
    ASSERT_EQ(proof.exit_code, 0) << proof.text;
  }
  void TearDown() override {
    if (!HasFailure()) fs::remove_all(folder_.path);
  }

  answer prove() { return run_checkout("prove " + folder_.path.string()); }
  void expect_violation(const std::string& sentence) {
    const answer proof = prove();
    EXPECT_EQ(proof.exit_code, 1);
    EXPECT_THAT(proof.text, HasSubstr("VIOLATED: "));
    EXPECT_THAT(proof.text, HasSubstr(sentence));
  }
  template <class Entry>
  static void append(const fs::path& file, const Entry& entry) {
    checkout::line_file(file).append(theus::encode(entry));
  }

  checkout::shop_folder folder_;
};

TEST_F(Prove, FindsAChargeThatWasMadeTwice) {
  const auto charge = read_entries<checkout::money_entry>(folder_.charges()).front();
  append(folder_.charges(), charge);
  expect_violation("charges.log has the idempotency key " + charge.key + " twice");
}

TEST_F(Prove, FindsASecondChargeWithAnotherKey) {
  auto charge = read_entries<checkout::money_entry>(folder_.charges()).front();
  charge.key += "0";
  append(folder_.charges(), charge);
  expect_violation(charge.order_id + " was charged 2 times");
}

TEST_F(Prove, FindsAMissingRefund) {
  const auto refunds = read_entries<checkout::money_entry>(folder_.refunds());
  ASSERT_FALSE(refunds.empty());
  fs::remove(folder_.refunds());
  for (std::size_t i = 1; i < refunds.size(); ++i) append(folder_.refunds(), refunds[i]);
  expect_violation(refunds.front().order_id + " was refunded 0 times");
}

TEST_F(Prove, FindsStockBelowZero) {
  auto entry = read_entries<checkout::stock_entry>(folder_.stock()).front();
  entry.key += "0";
  const std::string sku = entry.pieces.begin()->first;
  entry.pieces[sku] = -1'000'000;
  append(folder_.stock(), entry);
  expect_violation("stock of " + sku + " fell to -");
}

TEST_F(Prove, FindsAShipmentNobodyRecorded) {
  auto shipment = read_entries<checkout::shipment_entry>(folder_.shipments()).front();
  shipment.key += "0";
  append(folder_.shipments(), shipment);
  expect_violation(shipment.order_id + " was shipped 2 times");
}

TEST_F(Prove, FindsAnAcknowledgedSignalThatIsLost) {
  append(folder_.acknowledged(),
         checkout::acknowledgement{"approval", "order-0001", "answer to nothing"});
  expect_violation("order-0001: the acknowledged signal \"answer to nothing\" is lost");
}

TEST_F(Prove, FindsARecordedStepThatRanAgain) {
  const answer again =
      run_checkout("process " + folder_.orders().string() + " " + folder_.path.string());
  ASSERT_EQ(again.exit_code, 0) << again.text;
  const fs::path file = folder_.witness() / "executions.log";
  auto execution = read_entries<checkout::execution>(file).front();
  execution.generation = 2;
  append(file, execution);
  expect_violation(execution.activity + " " + execution.key + " ran again in generation 2");
}

}  // namespace
