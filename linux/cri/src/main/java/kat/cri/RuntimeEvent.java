package kat.cri;

import java.time.Instant;

/// Something that happened to a container or to the main process of a sandbox; `id` is the
/// container's or the sandbox's id.
///
/// An event is a hint to look: when [Exited] is seen, status and list tell of the end already.
public sealed interface RuntimeEvent {

    Instant at();

    /// Events may have been missed: list again.
    record Resync(Instant at) implements RuntimeEvent {}

    record Created(String id, Instant at) implements RuntimeEvent {}

    record Started(String id, Instant at) implements RuntimeEvent {}

    record Exited(String id, int exitCode, Instant at) implements RuntimeEvent {}

    /// The container or sandbox is gone.
    record Deleted(String id, Instant at) implements RuntimeEvent {}

    /// The kernel killed a process of it for want of memory.
    record OutOfMemory(String id, Instant at) implements RuntimeEvent {}
}
