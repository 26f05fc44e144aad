#include "theus/runtime/turn_guard.hpp"

namespace theus {

thread_local constinit watched_step step_of_this_thread;

}  // namespace theus
