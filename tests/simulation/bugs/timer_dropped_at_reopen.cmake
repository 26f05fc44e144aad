# What a sweep finds concerns only runs that are in memory: after a reopen there are none.
set(source runtime/shard.cpp)
set(find [=[if (!s || !s->stuck) wanted.push_back(row);]=])
set(replace [=[if (s && !s->stuck) wanted.push_back(row);]=])
