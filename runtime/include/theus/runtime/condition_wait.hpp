#pragma once

#include <exception>

#include "theus/runtime/inner_wait.hpp"

namespace theus {

using by_condition_hook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct by_condition>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// Waits until something that the workflow computes is so. Asked whenever nothing else of the run
// can run; the machine says when exactly (run_until_quiet).
class condition_wait : public inner_wait, public by_condition_hook {
 public:
  target kind() const final { return target::condition; }
  // Is it so, or did asking throw?
  bool ask();
  void wake();
  void take() const;  // throws cancelled, or what asking threw

 protected:
  condition_wait() = default;
  ~condition_wait() = default;

 private:
  virtual bool holds() = 0;

  void do_start(scope& in, std::source_location at) final;
  void give_up() final { by_condition_hook::unlink(); }

  std::exception_ptr error_;
};

}  // namespace theus
