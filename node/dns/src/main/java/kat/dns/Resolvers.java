package kat.dns;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.base.Ticker;

/// The machine's resolvers as its `resolv.conf` names them. The file is looked at again when it is
/// needed and some seconds have passed, never otherwise.
///
/// **Threads:** any.
final class Resolvers {

    /// As many as the C library uses.
    static final int MOST = 3;

    private static final Logger LOG = System.getLogger("kat.dns");
    private static final int PORT = 53;
    private static final Duration STALE = Duration.ofSeconds(5);

    private final Path file;
    private final Set<String> own;
    private final Ticker ticker;
    private List<InetSocketAddress> known = List.of(); // guarded by this
    private FileTime readAt = FileTime.fromMillis(0); // guarded by this
    private long checkedNanos; // guarded by this
    private boolean isRead; // guarded by this

    Resolvers(Path file, Set<String> own, Ticker ticker) {
        this.file = file;
        this.own = own;
        this.ticker = ticker;
    }

    synchronized List<InetSocketAddress> get() {
        long now = ticker.nanos();
        if (isRead && now - checkedNanos < STALE.toNanos()) {
            return known;
        }
        checkedNanos = now;
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            if (!isRead || !changed.equals(readAt)) {
                known = parse(Files.readAllLines(file), own);
                readAt = changed;
            }
        } catch (NoSuchFileException e) {
            known = List.of();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot read the machine's resolvers file=" + file, e);
        }
        isRead = true;
        return known;
    }

    static List<InetSocketAddress> parse(List<String> lines, Set<String> own) {
        List<InetSocketAddress> found = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.strip().split("\\s+", 3);
            if (found.size() < MOST
                    && words.length > 1
                    && words[0].equals("nameserver")
                    && !own.contains(words[1])) {
                try {
                    found.add(new InetSocketAddress(InetAddress.ofLiteral(words[1]), PORT));
                } catch (IllegalArgumentException notAnAddress) {
                    LOG.log(Level.WARNING, "resolver is not an address value={0}", words[1]);
                }
            }
        }
        return List.copyOf(found);
    }
}
