# A heartbeat does not end the silence before it: all of an attempt's pauses add up.
set(source runtime/shard_timeouts.cpp)
set(find [=[beats == attempt->beats ? attempt->silent_looks + 1 : 0;]=])
set(replace [=[attempt->silent_looks + (beats == attempt->beats ? 1 : 0);]=])
