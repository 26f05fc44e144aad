#pragma once

#include "provider.hpp"

namespace subscription {

// Proves from the files alone that every month was billed once and in order, and that the Context
// and the result of the run say the same. Prints what it found. 0 when all of it holds, else 1.
int prove(const subscription_folder& folder);

}  // namespace subscription
