#pragma once

#include <theus/application.hpp>

namespace scenarios {

// All scenarios, with activities that say what they would do. They fail and find nothing now and
// then, so that there is something to see.
theus::application make_application();

}  // namespace scenarios
