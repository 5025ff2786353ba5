/// A container runtime that runs nothing, for tests of what stands on the role and for simulated
/// nodes: it keeps the same promises as the real one, and one contract test holds both to them.
///
/// Read [kat.cri.testing.FakeContainerRuntime] first; [kat.cri.testing.FakeProgram] says what its
/// containers do.
///
/// Nothing here opens a socket, starts a process or reads a clock.
@NullMarked
package kat.cri.testing;

import org.jspecify.annotations.NullMarked;
