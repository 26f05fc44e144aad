# A signal that was unread in one checkpoint is missing in the next, though it is held by then.
set(source runtime/machine_state.cpp)
set(find [=[
      if (applied_) {
        applied_->push_back(]=])
set(replace [=[
      if (false) {
        applied_->push_back(]=])
