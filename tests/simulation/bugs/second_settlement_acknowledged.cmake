# Whoever settles a promise second, and otherwise, is told that all is well.
set(source runtime/machine_state.cpp)
set(find [=[if (known->second == hash_of(e.outcome)) return {};]=])
set(replace [=[return {};]=])
