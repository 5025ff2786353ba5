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
import kat.nftables.Ipv4Range;

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

    private final Path folder;

    public HostClaims(Path folder) {
        this.folder = folder;
    }

    /// Notes that a cluster is here. The first one also notes how forwarding was.
    void claim(String cluster, List<Ipv4Range> ranges, String forwardingBefore) {
        locked(
                () -> {
                    Path before = folder.resolve(BEFORE);
                    if (!Files.exists(before)) {
                        Files.writeString(before, forwardingBefore.strip() + "\n");
                    }
                    List<String> lines = ranges.stream().map(Ipv4Range::toString).toList();
                    Files.write(folder.resolve(cluster + CLUSTER), lines);
                    return "";
                });
    }

    /// Takes a cluster's note away.
    ///
    /// @return how forwarding was before the first cluster came, if this was the last one
    Optional<String> release(String cluster) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        String before =
                locked(
                        () -> {
                            Files.deleteIfExists(folder.resolve(cluster + CLUSTER));
                            if (!claims().isEmpty()) {
                                return "";
                            }
                            Path file = folder.resolve(BEFORE);
                            String value = Files.exists(file) ? Files.readString(file) : "";
                            Files.deleteIfExists(file);
                            Files.deleteIfExists(folder.resolve(LOCK));
                            Files.deleteIfExists(folder);
                            return value.strip();
                        });
        return before.isEmpty() ? Optional.empty() : Optional.of(before);
    }

    /// The ranges of all clusters that are up, except one.
    public List<Ipv4Range> rangesOfOthers(String cluster) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Ipv4Range> ranges = new ArrayList<>();
        try {
            for (Path claim : claims()) {
                if (!claim.getFileName().toString().equals(cluster + CLUSTER)) {
                    Files.readAllLines(claim).forEach(line -> ranges.add(Ipv4Range.parse(line)));
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
