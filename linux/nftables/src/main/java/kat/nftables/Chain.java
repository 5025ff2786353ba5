package kat.nftables;

import java.util.List;

/// A named list of rules.
///
/// @param name letters, digits and `/ . _ -`
/// @param hook where the kernel enters it, for example `type nat hook output priority -100`; empty
///     for a chain that only other chains enter
/// @param rules in nft's language, one statement list each
public record Chain(String name, String hook, List<String> rules) {

    public Chain {
        rules = List.copyOf(rules);
    }

    /// A chain that other chains jump or go to.
    public static Chain inner(String name, String... rules) {
        return new Chain(name, "", List.of(rules));
    }

    /// A chain that the kernel enters.
    ///
    /// @param type `filter` or `nat`
    /// @param hook `prerouting`, `input`, `forward`, `output` or `postrouting`
    /// @param priority lower comes earlier; connection tracking is at -200
    public static Chain base(
            String name, String type, String hook, int priority, List<String> rules) {
        return new Chain(name, "type " + type + " hook " + hook + " priority " + priority, rules);
    }

    public boolean isBase() {
        return !hook.isEmpty();
    }
}
