#include "reduce_order.hpp"

#include <algorithm>

namespace theus::testing {
namespace {

using order_type = std::vector<std::uint32_t>;

std::size_t departures(const order_type& order) {
  return order.size() - static_cast<std::size_t>(std::ranges::count(order, 0u));
}

// Fewer departures first, then a shorter way, then smaller choices.
bool is_simpler(const order_type& a, const order_type& b) {
  if (departures(a) != departures(b)) return departures(a) < departures(b);
  if (a.size() != b.size()) return a.size() < b.size();
  return a < b;
}

class reduction {
 public:
  using judge = std::function<std::optional<order_type>(const order_type&)>;

  reduction(order_type order, std::uint64_t budget, const judge& fails)
      : best_(std::move(order)), budget_(budget), fails_(fails) {}

  order_type run() {
    while (budget_ > 0) {
      const bool fewer = drop_departures();
      const bool shorter = drop_choices();
      const bool smaller = lower_choices();
      if (!fewer && !shorter && !smaller) break;
    }
    return best_;
  }

 private:
  bool take(const order_type& candidate) {
    if (budget_ == 0 || candidate == best_) return false;
    --budget_;
    auto made = fails_(candidate);
    if (!made || !is_simpler(*made, best_)) return false;
    best_ = std::move(*made);
    return true;
  }

  // Halves first: most departures have nothing to do with the failure.
  bool drop_departures() {
    bool any = false;
    for (std::size_t size = std::max<std::size_t>(best_.size(), 1); size > 0; size /= 2) {
      for (std::size_t from = 0; from < best_.size();) {
        order_type candidate = best_;
        const auto through = std::min(from + size, candidate.size());
        std::fill(candidate.begin() + static_cast<std::ptrdiff_t>(from),
                  candidate.begin() + static_cast<std::ptrdiff_t>(through), 0u);
        if (take(candidate)) {
          any = true;
        } else {
          from += size;
        }
      }
    }
    return any;
  }

  // Without a choice, what follows comes earlier.
  bool drop_choices() {
    bool any = false;
    for (std::size_t at = 0; at < best_.size();) {
      order_type candidate = best_;
      candidate.erase(candidate.begin() + static_cast<std::ptrdiff_t>(at));
      if (take(candidate)) {
        any = true;
      } else {
        ++at;
      }
    }
    return any;
  }

  bool lower_choices() {
    bool any = false;
    for (std::size_t at = 0; at < best_.size(); ++at) {
      for (std::uint32_t lower = 1; at < best_.size() && lower < best_[at]; ++lower) {
        order_type candidate = best_;
        candidate[at] = lower;
        if (!take(candidate)) continue;
        any = true;
        break;
      }
    }
    return any;
  }

  order_type best_;
  std::uint64_t budget_;
  const judge& fails_;
};

}  // namespace

std::vector<std::uint32_t> reduce_order(
    std::vector<std::uint32_t> order, std::uint64_t budget,
    const std::function<
        std::optional<std::vector<std::uint32_t>>(const std::vector<std::uint32_t>&)>& fails) {
  return reduction(std::move(order), budget, fails).run();
}

}  // namespace theus::testing
