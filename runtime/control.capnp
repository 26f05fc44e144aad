@0xc3b7f0a1d25e8e94;
# What other processes say to the runtime that holds a journal, over the Unix socket control.sock
# in the journal's folder (docs/control-socket.md).
#
# A frame is its length in bytes (UInt32, little-endian, without these four), then one unpacked
# Cap'n Proto message of that length with its segment table. The client sends a Request and waits
# for the Reply with its number before it sends the next. Field numbers are never reused; a change
# that an older peer would misread raises the version.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("theus::control::wire");

const version :UInt16 = 1;

struct Request {
  version @0 :UInt16 = 0;
  number @1 :UInt64;  # chosen by the client, repeated in the reply
  union {
    start @2 :Start;
    signal @3 :Signal;
    cancel @4 :Cancel;
    wait @5 :Text;  # workflow id; answered once its newest run has finished
    list @6 :ListRuns;
    find @7 :Text;  # workflow id or run id
    history @8 :History;
    stuck @9 :Void;
    status @10 :Void;
    retry @11 :Text;  # workflow id of a stuck run: try it now
    import @12 :Import;
    checkpoints @13 :Data;  # of the run with this id
    checkpoint @14 :CheckpointPart;
    nodes @15 :Data;           # their hashes, 32 bytes each
    takeCheckpoint @16 :Data;  # of the run with this id; answered once it is verified
    verifyCheckpoint @17 :CheckpointPart;
    trim @18 :Data;  # the run with this id, to its newest checkpoint
    query @19 :Query;
    settle @20 :Settle;
    terminate @21 :Cancel;
    pause @22 :Cancel;
    resume @23 :Text;  # workflow id
    update @24 :Update;
  }
}

struct Start {
  workflowType @0 :Text;
  workflowId @1 :Text;
  requestId @2 :Text;
  arguments @3 :Text;  # a JSON array
  policy @4 :UInt8;    # what becomes of a used workflow id
  signal @5 :Signal;   # set where one is sent with it; its ids say nothing
}

struct Signal {
  workflowId @0 :Text;
  name @1 :Text;
  value @2 :Text;  # JSON
  requestId @3 :Text;
}

struct Query {
  id @0 :Text;  # workflow id, for its newest run, or run id
  name @1 :Text;
  arguments @2 :Text;  # a JSON array
}

struct Update {
  workflowId @0 :Text;
  name @1 :Text;
  arguments @2 :Text;  # a JSON array
  updateId @3 :Text;
  completed @4 :Bool;  # whether it is answered when it has completed, or when it is accepted
  start @5 :Start;     # set where a run is to begin when none is open; its workflow id says nothing
}

struct Settle {
  token @0 :Text;  # of a promise
  value @1 :Text;  # JSON, of one that is resolved
  failure @2 :Failure;  # set exactly to reject it
}

struct Cancel {
  workflowId @0 :Text;
  reason @1 :Text;
}

struct ListRuns {
  status @0 :UInt8 = 255;  # a run status, 255 for all
  workflowType @1 :Text;   # "" for all
  after @2 :Data;          # the last run id of the page before; empty for the first page
  limit @3 :UInt32;
}

struct History {
  run @0 :Data;
  from @1 :UInt64;  # sequence of the first record wanted
  limit @2 :UInt32;
}

struct Import {
  run @0 :Data;
  raw @1 :List(Data);  # all records of the run, as they lie in a journal
}

struct CheckpointPart {
  run @0 :Data;
  at @1 :UInt64;    # the sequence of the record that it stands for
  from @2 :UInt64;  # the first byte wanted, of those that are the runtime's
}

struct Reply {
  number @0 :UInt64;  # of the request; zero when the frame held none
  union {
    error @1 :Error;
    started @2 :Started;
    done @3 :Void;
    outcome @4 :Outcome;
    instances @5 :Instances;
    found @6 :Instance;
    records @7 :Records;
    stuck @8 :Stuck;
    status @9 :Status;
    checkpoints @10 :Checkpoints;
    checkpoint @11 :CheckpointBytes;
    nodes @12 :List(Data);  # the first of those wanted that fit; empty where there is none
    taken @13 :Taken;
    trimmed @14 :Trimmed;
    answer @15 :Text;  # to a query, as JSON
    updated @16 :Updated;
  }
}

struct Error {
  code @0 :UInt16;  # an errc
  message @1 :Text;
}

struct Started {
  run @0 :Data;
  alreadyStarted @1 :Bool;
}

struct Updated {
  run @0 :Data;
  updateId @1 :Text;
  completed @2 :Bool;
  value @3 :Text;  # JSON, of one that has completed and did not fail
  failure @4 :Failure;
}

struct Failure {
  type @0 :Text;
  message @1 :Text;
  cause @2 :Failure;  # absent when there is none
}

struct Outcome {
  run @0 :Data;
  status @1 :UInt8;
  result @2 :Text;
  failure @3 :Failure;
}

struct Instance {
  run @0 :Data;
  workflowId @1 :Text;
  workflowType @2 :Text;
  requestId @3 :Text;
  status @4 :UInt8;
  startedAt @5 :Int64;  # microseconds since the epoch
  closed @6 :Bool;
  closedAt @7 :Int64;
  paused @8 :Bool;
}

struct Instances {
  rows @0 :List(Instance);
  isLast @1 :Bool;  # no further page
}

struct Records {
  raw @0 :List(Data);  # as they lie in the journal
  isLast @1 :Bool;
}

struct Checkpoints {
  rows @0 :List(Row);  # newest first
  through @1 :UInt64;  # the last record that was trimmed; 0: none was, and the rest says nothing
  anchoredAt @2 :UInt64;
  last @3 :Data;      # hash of that record
  manifest @4 :Data;  # of the checkpoint there
  struct Row {
    at @0 :UInt64;
    damage @1 :Text;  # why it cannot be read; "" when it can
    bytes @2 :UInt64;
    roots @3 :UInt32;
  }
}

struct CheckpointBytes {
  total @0 :UInt64;  # as many there are
  piece @1 :Data;    # from the one asked for; at least one, where there is one
  roots @2 :Data;    # with the first piece: the nodes it needs, hashes of 32 bytes each
}

struct Trimmed {
  through @0 :UInt64;  # the last record that went
}

struct Taken {
  at @0 :UInt64;    # 0: there was no turn to take one of
  from @1 :UInt64;  # the one it was reached from; 0: none
  records @2 :UInt64;
  steps @3 :UInt64;
  nodes @4 :UInt64;
  bytes @5 :UInt64;
  damaged @6 :List(Data);  # earlier ones that could not be used: why
}

struct Stuck {
  runs @0 :List(Run);
  struct Run {
    run @0 :Data;
    workflowId @1 :Text;
    reason @2 :Text;
    failedTurns @3 :UInt32;
    nextTry @4 :Int64;
  }
}

struct Status {
  processId @0 :UInt32;
  trouble @1 :Text;  # why appends are refused at the moment; "" when they are not
  counters @2 :List(Counter);
  struct Counter {
    name @0 :Text;
    value @1 :UInt64;
  }
}
