# A commit is acknowledged when it is written: the sync comes with some later one.
set(source journal/keyed_store.cpp)
set(find [=[auto done = engine_->harden(); !done) failed_sync_]=])
set(replace [=[auto done = result<void>(); !done) failed_sync_]=])
