#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "theus/runtime/random.hpp"

namespace theus::testing {

// Which of several things that may happen next does. 0 is always what happens in an environment
// that nobody explores, so an order is as simple as it has few other choices: those are what a
// failure is reduced to.
class choices {
 public:
  // These, then 0 for ever; what there are not so many alternatives for is 0, too, and a misfit.
  explicit choices(std::vector<std::uint32_t> given) : given_(std::move(given)) {}
  // Drawn, of all alternatives alike, where the order departs from the usual one; it does so with
  // this probability. A few departures find more than many, as most bugs need few of them
  // (Burckhardt et al., A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs,
  // ASPLOS 2010), and how many is not known beforehand.
  choices(random_stream draws, double boldness) : draws_(std::move(draws)), boldness_(boldness) {}

  std::uint32_t choose(std::size_t among) {
    std::uint32_t chosen = 0;
    const auto last = static_cast<std::uint32_t>(among - 1);
    if (draws_) {
      if (last > 0 && draws_->bernoulli(boldness_)) chosen = draws_->uniform(0u, last);
    } else if (made_.size() < given_.size()) {
      const auto given = given_[made_.size()];
      if (given <= last) {
        chosen = given;
      } else if (!misfit_) {
        misfit_ = {made_.size(), last + 1};
      }
    }
    made_.push_back(chosen);
    among_.push_back(last + 1);
    return chosen;
  }

  const std::vector<std::uint32_t>& all() const { return made_; }
  // Of how many each was made.
  const std::vector<std::uint32_t>& among() const { return among_; }

  // The first of those given that is not among its alternatives: its place, and how many they are;
  // 0 when there was nothing to choose any more.
  struct misfit {
    std::size_t at = 0;
    std::uint32_t among = 0;
  };
  std::optional<misfit> first_misfit() const {
    if (misfit_) return misfit_;
    for (std::size_t at = made_.size(); at < given_.size(); ++at) {
      if (given_[at] != 0) return misfit{at, 0};
    }
    return std::nullopt;
  }

  // Without those at the end that are 0.
  std::vector<std::uint32_t> made() const {
    auto all = made_;
    while (!all.empty() && all.back() == 0) all.pop_back();
    return all;
  }

 private:
  std::vector<std::uint32_t> given_;
  std::optional<random_stream> draws_;
  double boldness_ = 0;
  std::vector<std::uint32_t> made_;
  std::vector<std::uint32_t> among_;
  std::optional<misfit> misfit_;
};

}  // namespace theus::testing
