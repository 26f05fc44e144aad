# The end of a phase or iteration is recorded with the root that its own branch came to.
set(source runtime/reentry_node.cpp)
set(find [=[closed.root = outer_->context().root();]=])
set(replace [=[closed.root = branch_->root();]=])
