package kat.proxy.podnetwork;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.nftables.CommandException;
import kat.nftables.Commands;
import kat.proxy.NetworkConfig;

/// Another program's table that drops forwarded packets by policy, as Docker's does, drops pods'
/// packets too: what one table accepts, another may still drop. So two rules of KAT's go in front
/// of that chain, marked with the cluster's name, and out again.
final class ForwardingOfOthers {

    private static final List<String> CHAIN = List.of("ip", "filter", "FORWARD");
    private static final Pattern HANDLE = Pattern.compile("# handle ([0-9]+)\\s*$");

    private final Commands commands;
    private final NetworkConfig config;

    ForwardingOfOthers(Commands commands, NetworkConfig config) {
        this.commands = commands;
        this.config = config;
    }

    /// Whether such a chain is there and lacks KAT's rules.
    boolean isBlocking() throws InterruptedException {
        String listing = list();
        return listing.contains("policy drop") && !listing.contains(mark());
    }

    void allow() throws InterruptedException {
        if (!isBlocking()) {
            return;
        }
        for (String side : List.of("saddr", "daddr")) {
            nft("insert", "rule", "ip", side, config.podRange().toString(), "accept");
        }
    }

    void disallow() throws InterruptedException {
        for (String line : list().split("\n", -1)) {
            Matcher handle = HANDLE.matcher(line);
            if (line.contains(mark()) && handle.find()) {
                commands.require(
                        "nft",
                        "delete",
                        "rule",
                        CHAIN.get(0),
                        CHAIN.get(1),
                        CHAIN.get(2),
                        "handle",
                        handle.group(1));
            }
        }
    }

    private void nft(String verb, String noun, String... match) throws InterruptedException {
        String rule =
                String.join(" ", List.of(verb, noun))
                        + " "
                        + String.join(" ", CHAIN)
                        + " "
                        + String.join(" ", match)
                        + " comment "
                        + mark()
                        + "\n";
        Commands.Result result = commands.run(List.of("nft", "-f", "-"), rule);
        if (!result.isSuccess()) {
            throw new CommandException(
                    "cannot let pods' packets pass " + CHAIN + ": " + result.error().strip());
        }
    }

    private String list() throws InterruptedException {
        return commands.run("nft", "-a", "list", "chain", CHAIN.get(0), CHAIN.get(1), CHAIN.get(2))
                .output();
    }

    private String mark() {
        return "\"" + config.table() + "\"";
    }
}
