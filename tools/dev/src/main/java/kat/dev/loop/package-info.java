/// Following changes of sources: what changed, Java compiled at once, classes exchanged in
/// running pods.
///
/// Read [kat.dev.loop.HotSwap]; [kat.dev.loop.Changes] tells what changed,
/// [kat.dev.loop.Compiler] compiles it, [kat.dev.loop.Debuggers] reaches the pods.
///
/// Nothing here builds images or deploys.
@NullMarked
package kat.dev.loop;

import org.jspecify.annotations.NullMarked;
