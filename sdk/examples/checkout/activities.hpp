#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <boost/asio/awaitable.hpp>

#include <theus/theus.hpp>

#include "files.hpp"
#include "ledger.hpp"
#include "witness.hpp"
#include "workflow.hpp"

namespace checkout {

// The world outside of the workflows: a payment provider, a warehouse, a courier and the inbox of
// the person who approves. Each keeps a ledger on disk. They are as slow as such parties are.
// Thread: any.
class shop {
 public:
  // `watcher` is told of every execution and must outlive the shop.
  shop(const shop_folder& folder, witness& watcher);

  receipt charge_card(theus::attempt& a, const order& o);
  void refund_card(theus::attempt& a, const receipt& paid);
  reservation reserve_goods(theus::attempt& a, const order& o);
  void release_goods(theus::attempt& a, const reservation& goods);
  void ask_approver(theus::attempt& a, const order& o);
  boost::asio::awaitable<shipment> book_courier(theus::attempt& a, order o);

  const order_book& book() const { return book_; }
  const ledger<money_entry>& charges() const { return charges_; }
  const ledger<money_entry>& refunds() const { return refunds_; }
  const ledger<shipment_entry>& shipments() const { return shipments_; }
  const ledger<question_entry>& questions() const { return questions_; }

 private:
  witness& watcher_;
  order_book book_;
  ledger<money_entry> charges_;
  ledger<money_entry> refunds_;
  ledger<stock_entry> stock_;
  ledger<shipment_entry> shipments_;
  ledger<question_entry> questions_;
};

// A shop that is opened when it is needed: most verbs of the tool run no activity. Thread: any.
class lazy_shop {
 public:
  explicit lazy_shop(shop_folder folder) : folder_(std::move(folder)) {}

  // Opens it if need be. The witness reads the journal only when told to: while no runtime has it.
  shop& open(bool read_journal = false);
  std::int64_t generation() const { return watcher_ ? watcher_->generation() : 0; }

 private:
  shop_folder folder_;
  std::mutex mutex_;
  std::unique_ptr<witness> watcher_;
  std::unique_ptr<shop> shop_;
};

// `where` must outlive the application.
theus::application make_application(lazy_shop& where);

}  // namespace checkout
