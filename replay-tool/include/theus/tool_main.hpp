#pragma once

#include "theus/application.hpp"

namespace theus {

// Gives a binary its verbs: run, start, signal, list, history, replay, export, import, …
// Returns the exit code documented in docs/tool.md. `app` must outlive the call.
int tool_main(const application& app, int argc, char** argv);

}  // namespace theus
