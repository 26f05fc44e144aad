#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace theus::testing {

// Makes an order that fails simpler, as long as it fails alike: fewer choices that are not 0, at
// smaller places, and smaller ones. `fails` runs an order and gives the choices that it really
// made if it does. Tries `budget` orders at most. After Zeller and Hildebrandt, Simplifying and
// Isolating Failure-Inducing Input (IEEE TSE 28/2, 2002).
std::vector<std::uint32_t> reduce_order(
    std::vector<std::uint32_t> order, std::uint64_t budget,
    const std::function<
        std::optional<std::vector<std::uint32_t>>(const std::vector<std::uint32_t>&)>& fails);

}  // namespace theus::testing
