#pragma once

#include <cstdint>

// The n-th allocation fails. A program that links allocations.cpp replaces operator new, for itself
// and for the shared libraries it loads: std::bad_alloc, once, in whatever thread it is.
namespace theus::faults {

// Counts from now; 0 for none.
void fail_allocation(std::uint64_t nth);
// As THEUS_FAIL_ALLOCATION says; if that is absent, none.
void fail_allocation_from_environment();
std::uint64_t allocations();

}  // namespace theus::faults
