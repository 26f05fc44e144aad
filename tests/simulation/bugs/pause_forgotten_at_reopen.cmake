# That a run was told to stand still is known to the process that it was told, and to no other.
set(source runtime/shard_ruling.cpp)
set(find [=[s.paused = *row && (*row)->is_paused;]=])
set(replace [=[s.paused = false;]=])
