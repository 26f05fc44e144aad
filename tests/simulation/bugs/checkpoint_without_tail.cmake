# A run comes back from a checkpoint without the record behind it.
set(source runtime/recovery.cpp)
set(find [=[const auto behind = from ? next(from->head.at) : journal::first_sequence;]=])
set(replace [=[const auto behind = from ? next(next(from->head.at)) : journal::first_sequence;]=])
