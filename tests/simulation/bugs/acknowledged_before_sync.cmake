# A commit is acknowledged when it is written: the sync comes with some later one.
set(source journal/keyed_store.cpp)
set(find [=[engine_->commit(changes, reached); !done) return stop_on]=])
set(replace [=[engine_->write(changes); !done) return stop_on]=])
