#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace theus::lint {

// Looks at objects made from workflow sources, and passes others by: what in them may run, and
// what of it refers to something forbidden. Writes each use that is not allowed, with the function
// and, as far as the object has debug information, the line; and each allowance with its reason.
// Returns how many uses are not allowed, or allowances are of unknown names.
// Throws std::runtime_error for an object that cannot be read.
//
// Inline functions and template instances count only when something in the source leads to them.
int audit(const std::vector<std::string>& objects, std::ostream& out);

}  // namespace theus::lint
