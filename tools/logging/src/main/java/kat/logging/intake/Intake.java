package kat.logging.intake;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.base.Check;
import kat.base.Ticker;
import kat.logging.line.LogSource;
import kat.logging.store.LineStore;

/// Takes the lines of a node's containers into a store.
///
/// ```java
/// intake.look();                     // which files there are
/// while (intake.read()) {}           // what is new in them
/// store.commit();                    // from here on it is found after any stop
/// ```
///
/// **Limits:** one buffer for all files; of each container [#TURN_BYTES] a turn, so that a loud
/// one does not keep others waiting; [#MOST_CONTAINERS] at once.
///
/// **Threads:** one owner, who also adds to the store.
public final class Intake implements AutoCloseable {

    static final long TURN_BYTES = 1L << 20;
    static final int MOST_CONTAINERS = 10_000;

    private final Path root;
    private final String node;
    private final LineStore store;
    private final PodFacts facts;
    private final Ticker ticker;
    private final Map<String, ContainerLogs> containers = new TreeMap<>();
    private final Map<Path, Set<String>> byFolder = new TreeMap<>();
    private final byte[] buffer = new byte[ContainerLogs.BUFFER];
    private boolean holding;

    /// @param root for example `/var/log/pods`
    /// @param node the name of the node
    public Intake(Path root, String node, LineStore store, PodFacts facts, Ticker ticker) {
        this.root = root;
        this.node = node;
        this.store = store;
        this.facts = facts;
        this.ticker = ticker;
    }

    /// Looks at all folders. Positions of folders that are gone are forgotten.
    ///
    /// @return the folders of containers
    /// @throws IOException when a folder or file cannot be read
    public List<Path> look() throws IOException {
        List<Path> folders = PodFolders.containers(root);
        for (Path folder : folders) {
            look(folder);
        }
        for (Path known : List.copyOf(byFolder.keySet())) {
            if (!folders.contains(known)) {
                look(known);
            }
        }
        Set<String> names = containers.keySet();
        for (String position : store.positions().keySet()) {
            if (!names.contains(position.substring(0, Math.max(0, position.indexOf('@'))))) {
                store.position(position, LineStore.FORGOTTEN);
            }
        }
        return folders;
    }

    /// Looks at the folder of one container.
    ///
    /// @throws IOException when it or a file in it cannot be read
    public void look(Path folder) throws IOException {
        Map<Integer, List<PodFolders.Named>> files = new TreeMap<>();
        for (PodFolders.Named each : PodFolders.files(folder)) {
            files.computeIfAbsent(each.restart(), restart -> new ArrayList<>()).add(each);
        }
        Set<String> names = byFolder.computeIfAbsent(folder, path -> new TreeSet<>());
        for (int restart : files.keySet()) {
            String name = root.relativize(folder) + "/" + restart;
            LogSource source = PodFolders.source(folder, restart, node);
            if (source != null && containers.size() < MOST_CONTAINERS && names.add(name)) {
                containers.put(name, open(name, source));
            }
        }
        for (String name : names) {
            int restart = Integer.parseInt(name.substring(name.lastIndexOf('/') + 1));
            logs(name).see(files.getOrDefault(restart, List.of()));
        }
    }

    private ContainerLogs logs(String name) {
        return Check.notNull(containers.get(name), "folders name containers");
    }

    private ContainerLogs open(String name, LogSource source) {
        String prefix = ContainerLogs.prefix(name);
        Set<String> known = new TreeSet<>(store.positions().keySet());
        known.removeIf(position -> !position.startsWith(prefix));
        return new ContainerLogs(name, source, store, facts, known, ticker.nanos());
    }

    /// Reads a turn of each container.
    ///
    /// @return whether there is more, and the store takes more
    /// @throws IOException when a file cannot be read
    public boolean read() throws IOException {
        boolean more = false;
        holding = false;
        for (ContainerLogs each : containers.values()) {
            long read = each.read(buffer, TURN_BYTES, ticker.nanos());
            more |= read >= TURN_BYTES;
            holding |= each.settle(ticker.nanos()) || each.isWaiting();
        }
        if (store.takesMore()) {
            endThoseGone();
        }
        return more && store.takesMore();
    }

    /// Whether lines wait for what may belong to them, so that [#read] is due again soon.
    public boolean isHolding() {
        return holding;
    }

    private void endThoseGone() throws IOException {
        Iterator<Map.Entry<Path, Set<String>>> folders = byFolder.entrySet().iterator();
        while (folders.hasNext()) {
            Set<String> names = folders.next().getValue();
            Iterator<String> each = names.iterator();
            while (each.hasNext()) {
                String name = each.next();
                ContainerLogs logs = logs(name);
                if (logs.isGone()) {
                    logs.end();
                    logs.close();
                    containers.remove(name);
                    each.remove();
                }
            }
            if (names.isEmpty()) {
                folders.remove();
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (ContainerLogs each : containers.values()) {
            each.close();
        }
        containers.clear();
        byFolder.clear();
    }
}
