#pragma once

#include <string>

#include "theus/journal/record.hpp"

namespace theus::journal {

// What records.capnp asks of an anchor that is the record `at`, and this one is not; "" when it is.
std::string fault_in(const anchor& a, sequence at);

}  // namespace theus::journal
