package kat.proxy.podnetwork;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import kat.nftables.CommandException;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;

/// What the clusters of this machine share, in files that a reboot wipes (as it wipes what they
/// stand for): the ranges each one uses, and how a kernel setting was before the first came.
///
/// A claim counts while somebody uses what it stands for: the server that made it, which holds
/// a file lock that ends with its process, or containers that outlived it. Where neither is
/// left, as after everything was killed, another cluster may take its place.
///
/// **Threads:** any; several processes take turns by a file lock.
public final class HostClaims {

    /// Where clusters of the whole machine meet.
    public static final Path SYSTEM = Path.of("/run/kat/network");

    private static final String LOCK = "lock";
    private static final String BEFORE = "ip_forward.before";
    private static final String CLUSTER = ".cluster";
    private static final String SIX = "ipv6";
    private static final String HELD = ".server";
    private static final String OWNER = "of ";

    /// Who can read the file of a lock can hold up who wants it.
    private static final FileAttribute<?> OF_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /// The owner of a claim that an older version made.
    private static final Path NOBODY = Path.of("");

    private final Path folder;
    private final Predicate<String> containersRun;

    /// Locks of this process, by cluster; guarded by this.
    private final Map<String, FileChannel> held = new HashMap<>();

    /// @param containersRun whether containers of the cluster with that name run on the machine
    public HostClaims(Path folder, Predicate<String> containersRun) {
        this.folder = folder;
        this.containersRun = containersRun;
    }

    /// The claims of that family of addresses: those of IPv6 have a folder in that of IPv4.
    HostClaims of(IpFamily family) {
        return family == IpFamily.IPV6 ? new HostClaims(folder.resolve(SIX), containersRun) : this;
    }

    /// What a cluster uses.
    ///
    /// @param cluster its name
    /// @param owner the folder of its network; a claim does not count when that is gone
    /// @param ranges of its Services and of its pods, or none
    record Claim(String cluster, Path owner, List<IpRange> ranges) {
        Claim {
            ranges = List.copyOf(ranges);
        }
    }

    /// Notes that a cluster is here, until [#release] or the end of this process. The first one
    /// also notes how forwarding was.
    ///
    /// @return claims of clusters that are gone and in whose place this one is now; what they
    ///     left on the machine is the caller's to take away
    /// @throws CommandException when the name or an address is another's already
    List<Claim> claim(Claim claim, String forwardingBefore) {
        return locked(
                () -> {
                    String refusal = reason(claim);
                    if (!refusal.isEmpty()) {
                        throw new CommandException(refusal);
                    }
                    List<Claim> gone = dropGone(claim);
                    hold(claim.cluster());
                    Path before = folder.resolve(BEFORE);
                    if (!Files.exists(before)) {
                        Files.writeString(before, forwardingBefore.strip() + "\n");
                    }
                    List<String> lines = new ArrayList<>();
                    claim.ranges().forEach(range -> lines.add(range.toString()));
                    lines.add(OWNER + claim.owner());
                    Files.createDirectories(claim.owner());
                    Files.write(folder.resolve(claim.cluster() + CLUSTER), lines);
                    return gone;
                });
    }

    private void hold(String cluster) throws IOException {
        if (held.containsKey(cluster)) {
            return;
        }
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(cluster + HELD),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        OF_OWNER);
        if (!isLocked(channel)) {
            channel.close();
            throw new CommandException("another server of cluster " + cluster + " is up");
        }
        held.put(cluster, channel);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false; // by this process
        }
    }

    /// Ends a claim's lock, as the end of this process does.
    synchronized void letGo(String cluster) {
        FileChannel channel = held.remove(cluster);
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot give back a lock in " + folder, e);
            }
        }
    }

    /// Takes away the notes that are in a claim's way and that nobody uses.
    private List<Claim> dropGone(Claim claim) throws IOException {
        List<Claim> gone = new ArrayList<>();
        for (Path note : claims()) {
            Claim other = read(note);
            if (isOfOther(claim, other) && isInTheWay(claim, other) && !isInUse(other)) {
                gone.add(other);
                Files.delete(note);
                if (!other.cluster().equals(claim.cluster())) {
                    Files.deleteIfExists(folder.resolve(other.cluster() + HELD));
                }
            }
        }
        return gone;
    }

    /// Why a claim cannot be made now; empty for no reason.
    String refusal(Claim claim) {
        return Files.isDirectory(folder) ? locked(() -> reason(claim)) : "";
    }

    private String reason(Claim claim) throws IOException {
        for (Path note : claims()) {
            Claim other = read(note);
            if (isOfOther(claim, other)
                    && Files.isDirectory(other.owner())
                    && isInTheWay(claim, other)
                    && isInUse(other)) {
                return refusal(claim, other);
            }
        }
        return "";
    }

    private static boolean isOfOther(Claim claim, Claim other) {
        return !other.owner().equals(claim.owner()) && !other.owner().equals(NOBODY);
    }

    private static boolean isInTheWay(Claim claim, Claim other) {
        return other.cluster().equals(claim.cluster()) || !shared(claim, other).isEmpty();
    }

    /// The ranges of another that a claim's overlap.
    private static List<IpRange> shared(Claim claim, Claim other) {
        return other.ranges().stream()
                .filter(range -> claim.ranges().stream().anyMatch(range::overlaps))
                .toList();
    }

    private boolean isInUse(Claim other) throws IOException {
        return isHeld(other.cluster()) || containersRun.test(other.cluster());
    }

    /// Without a lock's file, an older version made the claim: nobody knows whether it runs.
    private boolean isHeld(String cluster) throws IOException {
        Path file = folder.resolve(cluster + HELD);
        if (held.containsKey(cluster) || !Files.exists(file)) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return !isLocked(channel);
        }
    }

    private String refusal(Claim claim, Claim other) throws IOException {
        String which =
                isHeld(other.cluster())
                        ? " is up on this machine ("
                        : " runs containers on this machine, though its server is gone (";
        if (other.cluster().equals(claim.cluster())) {
            return "a cluster "
                    + claim.cluster()
                    + " of another home"
                    + which
                    + other.owner()
                    + "); choose another name with --name, or end that one with kat down";
        }
        return "the addresses "
                + shared(claim, other).getFirst()
                + " are those of another cluster by now, which"
                + which
                + other.owner()
                + "); end that one with kat down, or run kat up for a new cluster again";
    }

    private static Claim read(Path note) throws IOException {
        String file = note.getFileName().toString();
        List<String> lines = Files.readAllLines(note);
        return new Claim(
                file.substring(0, file.length() - CLUSTER.length()),
                Path.of(owner(lines)),
                ranges(lines));
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
                            for (Path note : claims()) {
                                Claim each = read(note);
                                if (isOver(claim, each)) {
                                    Files.delete(note);
                                    letGo(each.cluster());
                                    Files.deleteIfExists(folder.resolve(each.cluster() + HELD));
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
    private static boolean isOver(Claim claim, Claim noted) {
        return noted.owner().equals(NOBODY)
                ? noted.cluster().equals(claim.cluster())
                : noted.owner().equals(claim.owner()) || !Files.isDirectory(noted.owner());
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

    private interface Work<T> {
        T run() throws IOException;
    }

    private synchronized <T> T locked(Work<T> work) {
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
