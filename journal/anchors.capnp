@0xe4d37a1b5c0f9286;
# Anchors: what replaces the first records of a run (rule 7). Part of records.capnp.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("theus::journal::form");

using import "record_parts.capnp".Sender;
using import "record_parts.capnp".ParentClose;

struct Anchor {
  # Replaces all records of its run up to `through`, which are gone with the commit that brings it.
  # What follows from them is here and in the checkpoint. The run was running behind them.
  last0 @0 :UInt64; last1 @1 :UInt64; last2 @2 :UInt64; last3 @3 :UInt64;
  # The hash of the record at `through`.
  manifest0 @4 :UInt64; manifest1 @5 :UInt64; manifest2 @6 :UInt64; manifest3 @7 :UInt64;
  # The hash of the checkpoint at `through`, as it lies in the database (docs/journal-format.md).
  through @8 :UInt64;
  tasksFrom @9 :UInt64;
  # What the run's row of tasks names: no task was asked for before it. Zero exactly without tasks.
  startedAt @10 :UInt64;
  workflowId @11 :Text; workflowType @12 :Text; requestId @13 :Text;
  wakeups @14 :List(Wakeup);
  # By due time, command, timers first; each once, as in the lists below.
  tasks @15 :List(Task);
  # By command.
  messages @16 :List(Message);
  # By command.
}

struct Wakeup {
  # A timer, or an activity's next attempt.
  due @0 :UInt64;
  number @1 :UInt32;
  isRetry @2 :Bool;
  scope @3 :Text;
}

struct Task {
  # An activity whose first attempt has no recorded outcome.
  asked @0 :UInt64;
  # The record that asked for it.
  number @1 :UInt32;
  scope @2 :Text;
}

struct Message {
  # Sent, and not acknowledged.
  number @0 :UInt32;
  scope @1 :Text;
  workflowId @2 :Text;
  name @3 :Text;
  value @4 :Text;
  # A payload.
}

struct AnchorInFamily {
  anchor @0 :Anchor;
  parent @1 :Sender;
  # Null unless the run is a child.
  starts @2 :List(ChildStart);
  # Not acknowledged, by command; so are the next.
  cancels @3 :List(ChildCancel);
}

struct AnchorOfParent {
  family @0 :AnchorInFamily;
  # Always set; all but its anchor may be empty.
  children @1 :List(OpenChild);
  # By command; at least one.
}

struct OpenChild {
  number @0 :UInt32;
  # With `scope` the identity of the `startChild`.
  onParentClose @1 :ParentClose;
  # `cancel` or `terminate`.
  scope @2 :Text;
  workflowId @3 :Text;
  # Never empty.
}

struct ChildStart {
  # A `startChild`; the workflow id is never empty here.
  number @0 :UInt32;
  scope @1 :Text;
  workflowId @2 :Text; workflowType @3 :Text; arguments @4 :Text;
  detached @5 :Bool;
  onParentClose @6 :ParentClose;
}

struct ChildCancel {
  # A `withdraw` of a child; the workflow id is never empty here.
  number @0 :UInt32;
  scope @1 :Text;
  workflowId @2 :Text;
}
