/// Doubles of `kat.nftables`: [kat.nftables.testing.FakeNftables] keeps tables in memory
/// and refuses what the kernel refuses; [kat.nftables.testing.ScriptedCommands] answers programs.
///
/// The fake passes the same contract test as the real program.
///
/// It knows nothing of packets: what rules do is tested in network namespaces.
@NullMarked
package kat.nftables.testing;

import org.jspecify.annotations.NullMarked;
