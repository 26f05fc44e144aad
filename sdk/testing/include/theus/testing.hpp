#pragma once

// Tests of workflows, with time under control: docs/testing-workflows.md.
#include "theus/testing/environment.hpp"
