#pragma once

#include <array>
#include <utility>

#include "theus/runtime/engine.hpp"

namespace theus::control {

// How an engine's counters are called on the wire and in the tool's output.
inline constexpr std::array counter_fields{
    std::pair{"turns", &engine_counters::turns},
    std::pair{"records", &engine_counters::records},
    std::pair{"appends", &engine_counters::appends},
    std::pair{"activities_run", &engine_counters::activities_run},
    std::pair{"timers_fired", &engine_counters::timers_fired},
    std::pair{"evictions", &engine_counters::evictions},
    std::pair{"replays", &engine_counters::replays},
    std::pair{"mismatches", &engine_counters::mismatches},
    std::pair{"checkpoints", &engine_counters::checkpoints},
    std::pair{"queries", &engine_counters::queries},
    std::pair{"stuck", &engine_counters::stuck},
    std::pair{"frames", &engine_counters::frames}};

}  // namespace theus::control
