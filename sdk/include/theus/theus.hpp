#pragma once

// All of the SDK. Sources that hold only workflows compile faster with theus/workflows.hpp.
#include "theus/application.hpp"
#include "theus/runtime.hpp"
#include "theus/workflows.hpp"
