#pragma once

#include "files.hpp"

namespace checkout {

// Proves from the files alone that no order was lost, no recorded step ran twice and nobody was
// charged twice; prints what was proved, or each violation with what it concerns. Returns the exit
// code: 0 proved, 1 violated.
int prove(const shop_folder& folder);

}  // namespace checkout
