package kat.proxy.podnetwork;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.nftables.CommandException;
import kat.nftables.Commands;
import kat.nftables.IpFamily;
import kat.proxy.NetworkConfig;

/// Another program's table that drops packets by policy, as those of Docker and ufw do, drops pods'
/// packets too: what one table accepts, another may still drop. So a few rules of KAT's go in front
/// of such a chain, marked with the cluster's name, and out again.
final class FirewallOfOthers {

    private static final Pattern HANDLE = Pattern.compile("# handle ([0-9]+)\\s*$");

    private final Commands commands;
    private final IpFamily family;
    private final String mark;
    private final List<Passage> passages;

    /// What has to pass a chain of the family's table `filter`.
    private record Passage(String chain, List<String> matches) {}

    FirewallOfOthers(Commands commands, NetworkConfig config) {
        this.commands = commands;
        this.family = config.family();
        this.mark = "\"" + config.table() + "\"";
        String source = family.word() + " saddr ";
        String target = family.word() + " daddr ";
        this.passages =
                List.of(
                        new Passage(
                                "FORWARD",
                                List.of(source + config.podRange(), target + config.podRange())),
                        new Passage(
                                "INPUT",
                                List.of(
                                        source
                                                + config.podRange()
                                                + ' '
                                                + target
                                                + config.gateway())));
    }

    /// Whether such a chain is there and lacks KAT's rules.
    boolean isBlocking() throws InterruptedException {
        for (Passage passage : passages) {
            if (isBlocking(passage)) {
                return true;
            }
        }
        return false;
    }

    void allow() throws InterruptedException {
        for (Passage passage : passages) {
            if (!isBlocking(passage)) {
                continue;
            }
            StringBuilder rules = new StringBuilder();
            for (String match : passage.matches()) {
                rules.append("insert rule " + family.word() + " filter ")
                        .append(passage.chain())
                        .append(' ');
                rules.append(match).append(" accept comment ").append(mark).append('\n');
            }
            Commands.Result result = commands.run(List.of("nft", "-f", "-"), rules.toString());
            if (!result.isSuccess()) {
                throw new CommandException(
                        "cannot let pods' packets pass the firewall's chain "
                                + passage.chain()
                                + ": "
                                + result.error().strip());
            }
        }
    }

    void disallow() throws InterruptedException {
        for (Passage passage : passages) {
            for (String line : list(passage).split("\n", -1)) {
                Matcher handle = HANDLE.matcher(line);
                if (line.contains(mark) && handle.find()) {
                    commands.require(
                            "nft",
                            "delete",
                            "rule",
                            family.word(),
                            "filter",
                            passage.chain(),
                            "handle",
                            handle.group(1));
                }
            }
        }
    }

    private boolean isBlocking(Passage passage) throws InterruptedException {
        String listing = list(passage);
        return listing.contains("policy drop") && !listing.contains(mark);
    }

    private String list(Passage passage) throws InterruptedException {
        return commands.run("nft", "-a", "list", "chain", family.word(), "filter", passage.chain())
                .output();
    }
}
