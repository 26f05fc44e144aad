#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "theus/application.hpp"

namespace theus {

// Gives a binary its verbs: run, start, signal, list, history, replay, export, import, …
// Returns the exit code documented in docs/tool.md. `app` must outlive the call.
int tool_main(const application& app, int argc, char** argv);

// The same with the arguments behind the program's name, and streams for what it prints: data on
// `out`, errors and progress on `err`, which threads of a runtime may write to.
int tool_main(const application& app, const std::vector<std::string>& arguments, std::ostream& out,
              std::ostream& err);

}  // namespace theus
