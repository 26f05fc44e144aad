#pragma once

#include <string_view>

// A named place where a test can make the process die or a call fail. Compiled to nothing unless
// THEUS_FAIL_POINTS is defined, which releases never do.
//
// The environment variable THEUS_FAIL_POINTS names the n-th passage of a place:
// "append.after_sync=kill@7" raises SIGKILL there, "=error@7" makes the call fail as if the disk
// had answered EIO, "=full@7" as if it had answered ENOSPC; several are separated by commas.
// "*=count" prints how often each place was passed when the process ends. What does not parse
// aborts the process: a test that arms nothing would pass for nothing.
namespace theus::journal {

enum class fail_action { none, error, full };

#ifdef THEUS_FAIL_POINTS
// Thread: any. Places whose caller cannot fail ignore the answer.
fail_action pass_fail_point(std::string_view place);
// Replaces what is armed, from the environment or before, and starts counting anew.
void arm_fail_points(std::string_view spec);
#else
inline fail_action pass_fail_point(std::string_view) { return fail_action::none; }
#endif

}  // namespace theus::journal
