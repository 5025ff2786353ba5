package kat.proxy.podnetwork;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kat.nftables.CommandException;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;

/// What the clusters of this machine share, in files that a reboot wipes (as it wipes what they
/// stand for): the ranges each one uses, and how a kernel setting was before the first came.
///
/// **Threads:** any; several processes take turns by a file lock.
public final class HostClaims {

    /// Where clusters of the whole machine meet.
    public static final Path SYSTEM = Path.of("/run/kat/network");

    private static final String LOCK = "lock";
    private static final String BEFORE = "ip_forward.before";
    private static final String CLUSTER = ".cluster";
    private static final String SIX = "ipv6";
    private static final String OWNER = "of ";
    private static final String AFTER_KILL = " (after a kill -9 with kat up, then kat down)";

    private final Path folder;

    public HostClaims(Path folder) {
        this.folder = folder;
    }

    /// The claims of that family of addresses: those of IPv6 have a folder in that of IPv4.
    HostClaims of(IpFamily family) {
        return family == IpFamily.IPV6 ? new HostClaims(folder.resolve(SIX)) : this;
    }

    /// What a cluster uses.
    ///
    /// @param cluster its name
    /// @param owner the folder of its network; a claim counts while that exists
    record Claim(String cluster, Path owner, List<IpRange> ranges) {
        Claim {
            ranges = List.copyOf(ranges);
        }
    }

    /// Notes that a cluster is here. The first one also notes how forwarding was.
    ///
    /// @throws CommandException when the name or an address is another's already
    void claim(Claim claim, String forwardingBefore) {
        String refusal =
                locked(
                        () -> {
                            String reason = reason(claim);
                            if (!reason.isEmpty()) {
                                return reason;
                            }
                            Path before = folder.resolve(BEFORE);
                            if (!Files.exists(before)) {
                                Files.writeString(before, forwardingBefore.strip() + "\n");
                            }
                            List<String> lines = new ArrayList<>();
                            claim.ranges().forEach(range -> lines.add(range.toString()));
                            lines.add(OWNER + claim.owner());
                            Files.createDirectories(claim.owner());
                            Files.write(folder.resolve(claim.cluster() + CLUSTER), lines);
                            return "";
                        });
        if (!refusal.isEmpty()) {
            throw new CommandException(refusal);
        }
    }

    /// Why a claim cannot be made now; empty for no reason.
    String refusal(Claim claim) {
        return Files.isDirectory(folder) ? locked(() -> reason(claim)) : "";
    }

    private String reason(Claim claim) throws IOException {
        for (Path other : claims()) {
            String reason = reason(claim, other);
            if (!reason.isEmpty()) {
                return reason;
            }
        }
        return "";
    }

    private static String reason(Claim claim, Path other) throws IOException {
        List<String> lines = Files.readAllLines(other);
        String owner = owner(lines);
        boolean isOurs = owner.equals(claim.owner().toString());
        if (isOurs || owner.isEmpty() || !Files.isDirectory(Path.of(owner))) {
            return "";
        }
        if (other.getFileName().toString().equals(claim.cluster() + CLUSTER)) {
            return "a cluster "
                    + claim.cluster()
                    + " of another home is up on this machine ("
                    + owner
                    + "); choose another name with --name, or end that one with kat down"
                    + AFTER_KILL;
        }
        for (IpRange range : ranges(lines)) {
            if (claim.ranges().stream().anyMatch(range::overlaps)) {
                return "the addresses "
                        + range
                        + " are those of another cluster by now ("
                        + owner
                        + "); end that one with kat down"
                        + AFTER_KILL
                        + ", or run kat up for a new cluster again";
            }
        }
        return "";
    }

    /// Empty for one that an older version made.
    private static String owner(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(OWNER))
                .map(line -> line.substring(OWNER.length()))
                .findFirst()
                .orElse("");
    }

    private static List<IpRange> ranges(List<String> lines) {
        return lines.stream().filter(line -> !line.startsWith(OWNER)).map(IpRange::parse).toList();
    }

    /// Takes a cluster's note away, and those of clusters whose folders are gone.
    ///
    /// @return how forwarding was before the first cluster came, if this was the last one
    Optional<String> release(Claim claim) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        String before =
                locked(
                        () -> {
                            for (Path each : claims()) {
                                if (isOver(claim, each)) {
                                    Files.delete(each);
                                }
                            }
                            if (!claims().isEmpty()) {
                                return "";
                            }
                            Path file = folder.resolve(BEFORE);
                            String value = Files.exists(file) ? Files.readString(file) : "";
                            Files.deleteIfExists(file);
                            Files.deleteIfExists(folder.resolve(LOCK));
                            if (!Files.exists(folder.resolve(SIX))) {
                                Files.deleteIfExists(folder);
                            }
                            return value.strip();
                        });
        return before.isEmpty() ? Optional.empty() : Optional.of(before);
    }

    /// Whether a note is this claim's own, or that of a cluster that was removed by hand.
    private static boolean isOver(Claim claim, Path note) throws IOException {
        String owner = owner(Files.readAllLines(note));
        return owner.isEmpty()
                ? note.getFileName().toString().equals(claim.cluster() + CLUSTER)
                : owner.equals(claim.owner().toString()) || !Files.isDirectory(Path.of(owner));
    }

    /// The ranges of all clusters that are up, except one.
    public List<IpRange> rangesOfOthers(String cluster) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<IpRange> ranges = new ArrayList<>();
        try {
            for (Path claim : claims()) {
                if (!claim.getFileName().toString().equals(cluster + CLUSTER)) {
                    ranges.addAll(ranges(Files.readAllLines(claim)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
        return ranges;
    }

    private List<Path> claims() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(CLUSTER)).sorted().toList();
        }
    }

    private interface Work {
        String run() throws IOException;
    }

    private synchronized String locked(Work work) {
        try {
            Files.createDirectories(folder);
            try (FileChannel channel =
                            FileChannel.open(
                                    folder.resolve(LOCK),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                return work.run();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot note the cluster's network in " + folder, e);
        }
    }
}
