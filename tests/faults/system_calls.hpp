#pragma once

#include <cstdint>
#include <string>

// File-system calls that fail on purpose. A program that links system_calls.cpp makes its own
// write, pwrite, read, pread, fread_unlocked, fsync, fdatasync, ftruncate, rename, unlink, link,
// fallocate and open, for itself and for the shared libraries it loads; so it needs neither
// LD_PRELOAD nor ptrace, and works under every sanitizer. Only calls that concern files below one
// folder count.
//
// A plan is "call@n=action", several separated by commas; "call@n+=action" means the n-th and every
// later one. Actions:
//   EIO, ENOSPC, EMFILE, …   the call is not made and fails with that error
//   short                    half of the bytes are moved, and half is answered
//   short:EIO, short:ENOSPC  as short, and the next such call on that file fails
//   short:end                as short, and the next such call on that file moves nothing
//   kill                     SIGKILL before the call is made
// The environment arms a process: THEUS_FAULT_FOLDER, THEUS_FAULT_PLAN (may be empty: only counts),
// and THEUS_FAULT_REPORT, a file to which lines are appended: "fault <call> <n> <path>" before each
// fault, "sync tried again <path>" when a file (not a folder) whose sync had failed is synced once
// more, and "count <call> <n>" for every call when the process ends.
namespace theus::faults {

// Replaces what is armed and counts anew. What does not parse aborts the process.
void arm(const std::string& folder, const std::string& plan);
void disarm();
std::uint64_t passed(const std::string& call);
std::uint64_t faults();
std::uint64_t syncs_tried_again();

}  // namespace theus::faults
