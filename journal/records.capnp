@0xb1c6a7f0d2e94c35;
# The journal's records: one record is one turn or one intake of one run (docs/semantics, rule 1),
# or the anchor that replaces the first of them (rule 7).
# This file is the specification, with anchors.capnp and record_parts.capnp, which it imports;
# docs/journal-format.md shows the same byte for byte.
#
# A record on disk is one byte, the format level, then this message in Cap'n Proto's packed
# stream framing: a segment table that names exactly one segment, then that segment, packed.
# `tail -c +2 record | capnp decode --packed records.capnp Record` prints one.
#
# Equal records have equal bytes, with every compiler. Therefore:
#   - objects are laid out in the order in which this file lists the pointers that lead to them,
#     depth first, a list's elements in order;
#   - an empty text is a null pointer, except in a payload, where a null pointer says `null`,
#     the JSON value that most activities return, and an empty text is a pointer to one;
#   - an absent optional field is all zero, and its flag says so;
#   - packing copies words verbatim only in runs that start at a word without a zero byte and go
#     on while words have at most one, at most 255 of them; every other word is tagged.
#
# A reader refuses: a higher level (unknown version); more than one segment, bytes behind the
# message, a union member it does not know, a number out of range (corrupt); whatever unpacks to
# more than its limit for a record (limit exceeded). It measures before it allocates.
#
# The format level is 1; 2 for a record with `openScope`, `closeScope` or `versionMarker` among its
# commands, for a turn with `notes`, and for an anchor; 3 for a record with `startedAsChild`,
# `childEnded` or `startChild`, with a `withdraw` of a child, and for an `anchorInFamily`; 4 for a
# record with `timedActivity`, with `promiseSettled` or `createPromise`, with a `withdraw` of a
# promise, with `terminated`, `paused` or `resumed`, with a child that was terminated or whose
# `onParentClose` is set, with `updateAccepted` or `completeUpdate`, and for an `anchorOfParent`.
#
# Changing it: a new kind of event, command or record takes the next free number in its union and
# is written only after the journal's format level was raised on purpose (rule 8). Numbers are
# never given twice; a removed member stays here, named `removed`. Zero is no kind, so that zeroed
# bytes are never a valid event, command or record.
#
# Times. `rawTime` is in microseconds since the Unix epoch. Every other time is stored as its
# distance d from the record's rawTime, modulo 2^64, as (d << 1) ^ (d >> 63): near times, before
# or after, have few non-zero bytes, and packing drops the others.
#
# Hashes are four words whose bytes in the file are the 32 bytes of the hash in order; so are the
# two words of a run id.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("theus::journal::form");

using import "anchors.capnp".Anchor;
using import "anchors.capnp".AnchorInFamily;
using import "anchors.capnp".AnchorOfParent;
using import "record_parts.capnp".Failure;
using import "record_parts.capnp".ParentClose;
using import "record_parts.capnp".Sender;

struct Record {
  # Root. The hashes come first and together: they never compress, so they pack as one run.
  previous0 @0 :UInt64; previous1 @1 :UInt64; previous2 @2 :UInt64; previous3 @3 :UInt64;
  # SHA-256 of the bytes of the record before, level byte included; zero in a run's first.
  digest0 @4 :UInt64; digest1 @5 :UInt64; digest2 @6 :UInt64; digest3 @7 :UInt64;
  # The state after the turn (rule 14). Zero in an intake.

  rawTime @8 :Int64;
  # What the clock said.
  sequence @9 :UInt64;
  # 1, 2, 3, … within the run.
  timeAhead @10 :UInt64;
  # Monotone time minus rawTime, never negative, and zero unless the clock went backwards (rule 11).
  consumedThrough @11 :UInt64;
  # The last intake that this turn consumed; zero when it consumed none, and in an intake.

  kind @12 :Kind;
  events @13 :List(Event);
  # Null when there are none. In a turn: in the order in which they were applied (rule 10). In an
  # anchor: one, which is the anchor itself, because a record has no room for another pointer.
  commands @14 :List(Command);
  # Null when there are none, and in an intake. In the order in which they were awaited.
}

enum Kind {
  none @0;
  turn @1;
  intake @2;
  anchor @3;
}

struct Event {
  union {
    none @0 :Void;
    started @1 :Started;
    completed :group {
      # An activity gave a result.
      number @2 :UInt32;
      # With `scope` the command's identity (rule 18): its number in that scope. The scope of the
      # workflow function itself is the empty text and costs nothing.
      attempt @3 :UInt32 = 1;
      hasScheduledFor @4 :Bool;
      scheduledFor @5 :UInt64;
      # The due time of the retry that this outcome closes; absent for a first attempt.
      scope @6 :Text;
      result @7 :Text;
      # A payload.
    }
    failed :group {
      # An activity failed for good. As `completed`, with a failure in the result's place.
      number @8 :UInt32;
      attempt @9 :UInt32 = 1;
      hasScheduledFor @10 :Bool;
      scheduledFor @11 :UInt64;
      scope @12 :Text;
      failure @13 :Failure;
    }
    attemptFailed :group {
      # An attempt failed and another will follow. Only in intakes (rule 24).
      number @14 :UInt32;
      attempt @15 :UInt32 = 1;
      hasScheduledFor @16 :Bool;
      scheduledFor @17 :UInt64;
      nextAttempt @18 :UInt64;
      scope @19 :Text;
      failure @20 :Failure;
    }
    attemptStarted :group {
      # An at-most-once attempt is about to run. Only in intakes (rule 24).
      number @21 :UInt32;
      attempt @22 :UInt32 = 1;
      scope @23 :Text;
    }
    timerFired :group {
      number @24 :UInt32;
      deadline @25 :UInt64;
      scope @26 :Text;
    }
    signalReceived @27 :Signal;
    cancelRequested :group {
      reason @28 :Text;
    }
    anchor @29 :Anchor;
    # Only in a record of that kind.
    startedAsChild @30 :StartedAsChild;
    # `started`, where another run asked for this one.
    childEnded @31 :ChildEnded;
    # A run that this one asked for has ended, or was refused.
    anchorInFamily @32 :AnchorInFamily;
    # `anchor`, where there is something to say of the run's parent or children.
    promiseSettled @33 :PromiseSettled;
    # Somebody resolved a promise of the run, or rejected it.
    terminated :group {
      # The run has ended without its code. Only in an intake, and its last event.
      reason @34 :Text;
    }
    paused :group {
      # No turn is made until `resumed`. Both only in intakes.
      reason @35 :Text;
    }
    resumed @36 :Void;
    anchorOfParent @37 :AnchorOfParent;
    # `anchor`, where a child is open that is to hear of the run's end.
    updateAccepted @38 :UpdateAccepted;
    # What is bound to the update's name begins.
  }
}

struct Started {
  # Always the first event of a run's first record.
  semantics @0 :UInt32 = 1;
  seedHigh @1 :UInt64; seedLow @2 :UInt64;
  workflowId @3 :Text; workflowType @4 :Text; requestId @5 :Text;
  arguments @6 :Text;
  # A payload: a JSON array.
}

struct StartedAsChild {
  start @0 :Started;
  parent @1 :Sender;
  # Whose `startChild` it was. Always set.
}

struct ChildEnded {
  run0 @0 :UInt64; run1 @1 :UInt64;
  # The child's; zero when it was refused.
  number @2 :UInt32;
  # With `scope` the identity of the `startChild`.
  how @3 :ChildEnding;
  scope @4 :Text;
  workflowId @5 :Text;
  # The child's.
  result @6 :Text;
  # A payload, of one that completed.
  failure @7 :Failure;
  # Of the others, and then always set.
}

enum ChildEnding {
  completed @0;
  failed @1;
  cancelled @2;
  refused @3;
  # Never started: its workflow id was taken.
  terminated @4;
}

struct PromiseSettled {
  number @0 :UInt32;
  # With `scope` the identity of the `createPromise`.
  scope @1 :Text;
  value @2 :Text;
  # A payload, of one that was resolved.
  failure @3 :Failure;
  # Set exactly in one that was rejected.
}

struct UpdateAccepted {
  updateId @0 :Text;
  # Never empty.
  name @1 :Text;
  arguments @2 :Text;
  # A payload: a JSON array.
}

struct CompleteUpdate {
  updateId @0 :Text;
  # Never empty.
  value @1 :Text;
  # A payload, of one that gave an answer.
  failure @2 :Failure;
  # Set exactly in one that failed.
}

struct Signal {
  name @0 :Text;
  value @1 :Text;
  # A payload.
  requestId @2 :Text;
  from @3 :Sender;
  # Null unless another run sent it.
}

struct Command {
  union {
    none @0 :Void;
    scheduleActivity :group {
      number @1 :UInt32;
      atMostOnce @2 :Bool;
      startToCloseMs @3 :UInt64;
      # Zero: no limit.
      scope @4 :Text;
      activity @5 :Text;
      arguments @6 :Text;
      # A payload: a JSON array.
      retry @7 :Retry;
      # Null when every field has its default.
    }
    startTimer :group {
      number @8 :UInt32;
      deadline @9 :UInt64;
      scope @10 :Text;
    }
    awaitSignal :group {
      number @11 :UInt32;
      scope @12 :Text;
      name @13 :Text;
    }
    sendSignal :group {
      number @14 :UInt32;
      scope @15 :Text;
      workflowId @16 :Text;
      name @17 :Text;
      value @18 :Text;
      # A payload.
    }
    withdraw :group {
      number @19 :UInt32;
      hasDeadline @20 :Bool;
      target @21 :Target;
      deadline @22 :UInt64;
      # When a timer row has to go: the timer's deadline, or the due time of a pending retry.
      scope @23 :Text;
      workflowId @38 :Text;
      # Of a child, as in its `startChild`.
    }
    completeRun :group {
      result @24 :Text;
      # A payload.
    }
    failRun :group {
      cancelled @25 :Bool;
      # Ended by a cancellation that nothing caught.
      failure @26 :Failure;
      # Always set.
    }
    openScope :group {
      # A phase or a loop begins.
      number @27 :UInt32;
      what @28 :Scope;
      scope @29 :Text;
      name @30 :Text;
      arguments @31 :Text;
      # A payload: of a phase a JSON array, of a loop its first state.
    }
    closeScope @32 :CloseScope;
    # A phase or an iteration of a loop has ended.
    versionMarker :group {
      # Which version of a change is followed in a part of the run (rule 22).
      version @33 :Int32;
      scope @34 :Text;
      # Of the phase or iteration that remembers it.
      change @35 :Text;
    }
    notes :group {
      # No command: what else there is to know about the turn. At most one, behind all commands,
      # because a record has no room for another pointer. Not both are empty.
      build @36 :Text;
      # The program that made the turn; empty when it made the turn before, too.
      contextChanges @37 :Data;
      # Of the Contexts, by the turn: docs/journal-format.md, "Changes of a turn".
    }
    startChild :group {
      # Another run is to begin, and what becomes of it to come back as `childEnded`.
      number @39 :UInt32;
      scope @40 :Text;
      workflowId @41 :Text;
      # Empty: made of this run's id and the command's (docs/journal-format.md, "Children").
      workflowType @42 :Text;
      arguments @43 :Text;
      # A payload: a JSON array.
      detached @44 :Bool;
      # Nobody waits for its end.
      onParentClose @48 :ParentClose;
    }
    timedActivity @45 :TimedActivity;
    # `scheduleActivity`, where there are timeouts that it has no room for. At least one is set.
    createPromise :group {
      # Anyone who has its token may settle it from now on.
      number @46 :UInt32;
      scope @47 :Text;
    }
    completeUpdate @49 :CompleteUpdate;
    # What an update came to, to who asked for it.
  }
}

struct TimedActivity {
  number @0 :UInt32;
  atMostOnce @1 :Bool;
  hasStartBy @2 :Bool;
  hasCloseBy @3 :Bool;
  startToCloseMs @4 :UInt64;
  # These four as in `scheduleActivity`, and so are the pointers.
  heartbeatMs @5 :UInt64;
  # The longest time between two heartbeats of an attempt. Zero: no limit.
  scheduleToStartMs @6 :UInt64;
  # That an attempt waits before it begins. Zero: no limit, and then there is no `startBy`.
  startBy @7 :UInt64;
  # Of the first attempt; those after it wait as long from when they are due.
  closeBy @8 :UInt64;
  # When the call ends, whatever its attempts do.
  scope @9 :Text;
  activity @10 :Text;
  arguments @11 :Text;
  retry @12 :Retry;
}

enum Scope {
  phase @0;
  loop @1;
}

struct CloseScope {
  root0 @0 :UInt64; root1 @1 :UInt64; root2 @2 :UInt64; root3 @3 :UInt64;
  # Of the Context around it, afterwards.
  number @4 :UInt32;
  # With `scope` the phase's or loop's identity, as in its openScope.
  iteration @5 :UInt32;
  # From 1; 0 for a phase.
  moment @6 :UInt32;
  behindEvents @7 :UInt32;
  # When in its turn. Of n events of the intakes that the turn consumes, the i-th is moment 2 i,
  # and the timers that fire before it are 2 i - 1; the turn's own events are moment 2 n + 1. And
  # behind that many of `events`.
  attempt @8 :UInt32;
  # Of activityFailed: its last.
  ending @9 :Ending;
  scope @10 :Text;
  value @11 :Text;
  # A payload: the result, or the state of the next iteration.
  failure @12 :Failure;
  activity @13 :Text;
  # Of activityFailed.
  changes @14 :Data;
  # What it did to the Context around it, as docs/context-tree.md describes patches.
  consumed @15 :List(UInt64);
  # The signals it took: their numbers, from 1, among all that the run accepted.
}

enum Ending {
  completed @0;
  again @1;
  failed @2;
  activityFailed @3;
  cancelled @4;
}

enum Target {
  activity @0;
  timer @1;
  signal @2;
  child @3;
  promise @4;
}

struct Retry {
  # Stored whole with the command (rule 2). The defaults are part of the format.
  attempts @0 :UInt32 = 0;
  # Zero: without end.
  firstIntervalMs @1 :UInt64 = 1000; coefficient @2 :Float64 = 2.0;
  maximumIntervalMs @3 :UInt64 = 100000; jitter @4 :Float64 = 0.1;
  nonRetryable @5 :List(Text);
}
