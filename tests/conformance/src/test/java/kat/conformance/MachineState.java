package kat.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What a machine holds that a cluster could leave behind, taken before and after.
///
/// @param found what was seen, by where it was looked for
record MachineState(SequencedMap<String, List<String>> found) {

    /// @param cluster its name; only what bears it or a path below `home` is looked at where other
    ///     programs have things of their own
    static MachineState of(String cluster, Path home) throws IOException, InterruptedException {
        TreeMap<String, List<String>> found = new TreeMap<>();
        found.put("tables", lines("nft", "list", "tables").filter(mine(cluster)).toList());
        found.put("routes", lines("ip", "-4", "route", "show", "table", "all").toList());
        found.put("addresses", lines("ip", "-o", "-4", "address").map(MachineState::tidy).toList());
        found.put(
                "devices", lines("ip", "-o", "link").map(line -> line.split(" ", -1)[1]).toList());
        found.put("mounts", file("/proc/self/mountinfo").filter(mine(home.toString())).toList());
        found.put("processes", processes(home));
        found.put("groups", groups(cluster));
        found.put("forwarding", file("/proc/sys/net/ipv4/ip_forward").toList());
        found.put("claims", folder(Path.of("/run/kat/network"), cluster));
        return new MachineState(found);
    }

    private static Predicate<String> mine(String word) {
        return line -> line.contains(word);
    }

    /// Life times count down.
    private static String tidy(String line) {
        return line.replaceAll("(valid_lft|preferred_lft) \\S+", "");
    }

    private static Stream<String> lines(String... command) throws InterruptedException {
        return Programs.run(List.of(command)).ok().lines().sorted();
    }

    private static Stream<String> file(String path) throws IOException {
        return Files.readAllLines(Path.of(path)).stream();
    }

    private static List<String> processes(Path home) throws IOException {
        List<String> found = new ArrayList<>();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            String command = process.info().commandLine().orElse("");
            if (command.contains(home.toString())
                    && process.pid() != ProcessHandle.current().pid()) {
                found.add(command);
            }
        }
        return found;
    }

    private static List<String> groups(String cluster) throws IOException {
        Path root = Path.of("/sys/fs/cgroup");
        List<String> found = new ArrayList<>(folder(root, "kat-" + cluster));
        try (Stream<Path> hierarchies = Files.list(root)) {
            for (Path hierarchy : hierarchies.filter(Files::isDirectory).toList()) {
                found.addAll(folder(hierarchy, "kat-" + cluster));
            }
        }
        return found;
    }

    private static List<String> folder(Path folder, String word) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> each.getFileName().toString().startsWith(word))
                    .map(Path::toString)
                    .sorted()
                    .toList();
        }
    }
}
