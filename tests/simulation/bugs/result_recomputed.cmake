# A run that is loaded again runs all its activities anew, also one whose result came in and waits
# for its record.
set(source runtime/shard_activity.cpp)
set(find [=[if (has_outcome(s.incoming, leaf.id())) return;]=])
set(replace [=[if (has_outcome({}, leaf.id())) return;]=])
