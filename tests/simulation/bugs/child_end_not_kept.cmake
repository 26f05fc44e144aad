# How a child ended is told to its parent at once, and kept nowhere until the parent has it.
set(source journal/row_writer.cpp)
set(find [=[return row.parent ? tell_parent(row, c) : result<void>();]=])
set(replace [=[return {};]=])
