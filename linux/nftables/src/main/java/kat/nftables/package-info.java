/// Packet rules of the Linux kernel as records, and the few programs of the host that change its
/// network: a [kat.nftables.Transaction] of [kat.nftables.Change]s becomes the text that `nft -f -`
/// applies in one step, whole or not at all.
///
/// Read [kat.nftables.Nftables] (the role), [kat.nftables.Change] (what can be said), then
/// [kat.nftables.RulesetText] and [kat.nftables.NftProgram]. [kat.nftables.Commands] is the role of
/// running programs; [kat.nftables.IpRange] is a range of addresses.
///
/// Nothing here knows Services, pods or any other word of Kubernetes.
@NullMarked
package kat.nftables;

import org.jspecify.annotations.NullMarked;
