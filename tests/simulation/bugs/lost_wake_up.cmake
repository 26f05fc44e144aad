# What came in while a run's append was under way makes the run ready no more.
set(source runtime/shard_commit.cpp)
set(find [=[
  } else {
    make_ready(s);
  }
  if (was_starting)]=])
set(replace [=[
  } else if (s.incoming.empty()) {
    make_ready(s);
  }
  if (was_starting)]=])
