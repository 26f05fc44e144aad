@0x9a6d20c4f8b3e715;
# What several structs of records.capnp and anchors.capnp are made of.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("theus::journal::form");

struct Sender {
  # Who sent a message: messages are deduplicated by the set of these (rule 5).
  run0 @0 :UInt64; run1 @1 :UInt64;
  number @2 :UInt32;
  scope @3 :Text;
}

enum ParentClose {
  # What becomes of a child that is open when its parent's run ends.
  usual @0;
  # Of one that is awaited `cancel`, of any other `abandon`.
  abandon @1;
  cancel @2;
  terminate @3;
}

struct Failure {
  type @0 :Text;
  message @1 :Text;
  cause @2 :Failure;
  # Null when there is none. At most 16 deep by default.
}
