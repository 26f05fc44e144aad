#pragma once

#include "theus/application.hpp"

namespace theus::toy {

// What the tests of the tool run:
//   echo(text)     returns text + "!" by one activity
//   approval(text) waits for signal "approved" (a bool); fails with "refused" when it is false
//   nap(ms)        sleeps, then returns the milliseconds
//   travels(text)  a phase `pack` and a loop `travel` of three iterations, each with one activity
//   broken(text)   throws what no workflow may throw, after one activity
enum class toy_kind {
  usual,
  changed,  // echo and the phase of travels call another activity: it does not fit any more
  without_activities,  // bound are none
};
application make_application(toy_kind kind = toy_kind::usual);

}  // namespace theus::toy
