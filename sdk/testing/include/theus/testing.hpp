#pragma once

// Tests of workflows, with time under control: docs/testing-workflows.md.
#include "theus/testing/environment.hpp"
#include "theus/testing/explore.hpp"
#include "theus/testing/replay_history.hpp"
#include "theus/testing/survives_crashes.hpp"
