package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Disks of iSCSI targets, through the machine's own `iscsiadm` of the package `open-iscsi`, whose
/// service must run.
///
/// Passwords are arguments of iscsiadm, which knows no other way; all else of them is silent.
///
/// **Threads:** one at a time: sessions are shared by the disks of a target.
///
/// **Source:** `pkg/volume/iscsi/iscsi_util.go`; iscsiadm(8).
final class IscsiDisks {

    private static final int TRIES = 10;
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final List<String> LOGIN =
            List.of("username", "password", "username_in", "password_in");
    private static final String INITIATOR = "iface.initiatorname";
    private static final String TRANSPORT = "iface.transport_name";
    private static final String OWN_NAME = "iface.iscsi_ifacename";

    /// Lets time pass.
    interface Pause {
        void await(Duration time) throws IOException;
    }

    private final Programs programs;
    private final ScsiDevices devices;
    private final Pause pause;

    IscsiDisks(Programs programs, ScsiDevices devices, Pause pause) {
        this.programs = programs;
        this.devices = devices;
        this.pause = pause;
    }

    /// Signs in to each portal of the target that there is no session with, and waits for the
    /// disk.
    ///
    /// @param login as the Secret says it, by names such as `node.session.auth.username`
    /// @return the device, that of all paths together where there is one
    /// @throws IOException when no portal gives the disk, with what the last one said
    synchronized Path attach(RemoteDisk disk, Map<String, String> login) throws IOException {
        String iface = anInterface(disk);
        List<Path> found = new ArrayList<>();
        IOException last = null;
        for (String portal : disk.portals()) {
            try {
                found.addAll(reach(disk, portal, iface, login));
            } catch (IOException e) {
                last = e;
            }
        }
        if (found.isEmpty()) {
            if (isOwn(disk)) {
                var unused = programs.run("iscsiadm", "-m", "iface", "-I", iface, "-o", "delete");
            }
            throw new IOException(
                    "failed to get any path for iscsi disk, last err seen:\n"
                            + (last == null ? "no portal" : last.getMessage()),
                    last);
        }
        Path joined = joined(found, disk.portals().size() > 1 ? TRIES : 1);
        return joined == null ? found.getFirst() : joined;
    }

    private @Nullable Path joined(List<Path> paths, int tries) throws IOException {
        for (int i = 0; i < tries; i++) {
            if (i > 0) {
                pause.await(STEP);
            }
            for (Path path : paths) {
                Path all = devices.multipath(path);
                if (all != null) {
                    return all;
                }
            }
        }
        return null;
    }

    private List<Path> reach(
            RemoteDisk disk, String portal, String iface, Map<String, String> login)
            throws IOException {
        String host = devices.sessions(disk.target()).get(portal);
        if (host == null) {
            signIn(disk, portal, iface, login);
            host = devices.sessions(disk.target()).get(portal);
        }
        if (host == null) {
            throw new IOException("no session with portal " + portal + " after login");
        }
        devices.scan(host, disk.source().integer("lun", 0));
        for (int i = 0; i < TRIES; i++) {
            if (i > 0) {
                pause.await(STEP);
            }
            List<Path> found = links(disk, portal);
            if (!found.isEmpty()) {
                return found.subList(0, 1);
            }
        }
        throw new IOException("Could not attach disk: Timeout after 10s");
    }

    /// @param portal empty for all
    private List<Path> links(RemoteDisk disk, String portal) throws IOException {
        Pattern name =
                Pattern.compile(
                        "(pci-.*-)?ip-"
                                + (portal.isEmpty() ? ".*" : Pattern.quote(portal))
                                + Pattern.quote("-iscsi-" + disk.target() + "-" + disk.lun()));
        return devices.links("by-path", each -> name.matcher(each).matches());
    }

    private void signIn(RemoteDisk disk, String portal, String iface, Map<String, String> login)
            throws IOException {
        String[] discovery = {"-m", "discoverydb", "-t", "sendtargets", "-p", portal, "-I", iface};
        String[] node = {"-m", "node", "-p", portal, "-T", disk.target(), "-I", iface};
        var unused = admin(discovery, "-o", "new");
        if (disk.source().bool("chapAuthDiscovery")) {
            authenticate(discovery, "discovery.sendtargets.auth.", login);
        }
        Programs.Ran found = admin(discovery, "--discover");
        if (!found.isGood()) {
            unused = admin(discovery, "-o", "delete");
            throw new IOException(
                    "iscsi: failed to sendtargets to portal "
                            + portal
                            + " output: "
                            + found.said()
                            + ", err exit status "
                            + found.code());
        }
        if (disk.source().bool("chapAuthSession")) {
            authenticate(node, "node.session.auth.", login);
        }
        Programs.Ran done = admin(node, "--login");
        if (!done.isGood()) {
            unused = admin(node, "-o", "delete");
            throw new IOException(
                    "iscsi: failed to attach disk: Error: "
                            + done.said()
                            + " (exit status "
                            + done.code()
                            + ")");
        }
        // A machine that starts must not hang on a target that is away.
        unused = admin(node, "-o", "update", "-n", "node.startup", "-v", "manual");
    }

    private void authenticate(String[] record, String prefix, Map<String, String> login)
            throws IOException {
        set(record, prefix + "authmethod", "CHAP");
        for (String each : LOGIN) {
            String value = login.getOrDefault(prefix + each, "");
            if (!value.isEmpty()) {
                set(record, prefix + each, value);
            }
        }
    }

    private void set(String[] record, String name, String value) throws IOException {
        Programs.Ran ran = admin(record, "-o", "update", "-n", name, "-v", value);
        if (!ran.isGood()) {
            throw new IOException("iscsi: failed to update key \"" + name + "\" of the record");
        }
    }

    private Programs.Ran admin(String[] record, String... more) throws IOException {
        List<String> line = new ArrayList<>(List.of("iscsiadm"));
        line.addAll(List.of(record));
        line.addAll(List.of(more));
        return programs.run(line.toArray(String[]::new));
    }

    /// Whether the disk is asked for under a name of its own, which takes an interface of its own.
    private static boolean isOwn(RemoteDisk disk) {
        return !disk.source().string("initiatorName").isEmpty();
    }

    private static String ownInterface(RemoteDisk disk) {
        return disk.portals().getFirst() + ":" + disk.volume();
    }

    /// The interface to use; one with the wanted name is a copy of the given one.
    private String anInterface(RemoteDisk disk) throws IOException {
        String given = disk.anInterface();
        Programs.Ran shown = programs.run("iscsiadm", "-m", "iface", "-I", given, "-o", "show");
        if (!shown.isGood()) {
            throw new IOException(
                    "iscsi: could not read iface " + given + " error: " + shown.said());
        }
        Map<String, String> settings = settings(shown.said());
        if (!settings.containsKey(TRANSPORT) && !shown.said().contains(TRANSPORT)) {
            throw new IOException("Could not parse iface file for " + given);
        }
        if (!isOwn(disk)) {
            return given;
        }
        String own = ownInterface(disk);
        String[] record = {"-m", "iface", "-I", own};
        var unused = admin(record, "-o", "new"); // it may be there from an attempt before
        settings.put(INITIATOR, disk.source().string("initiatorName"));
        for (Map.Entry<String, String> each : settings.entrySet()) {
            set(record, each.getKey(), each.getValue());
        }
        return own;
    }

    private static Map<String, String> settings(String shown) {
        Map<String, String> settings = new TreeMap<>();
        for (String line : shown.split("\n", -1)) {
            String[] words = line.strip().split(" = ", 2);
            if (words.length == 2
                    && words[0].startsWith("iface.")
                    && !words[0].equals(OWN_NAME)
                    && !words[1].equals("<empty>")) {
                settings.put(words[0], words[1]);
            }
        }
        return settings;
    }

    /// Has the kernel forget the disk, and signs out of its target where no other disk of it is
    /// in use.
    synchronized void detach(RemoteDisk disk, boolean isTargetUsed) throws IOException {
        devices.remove(links(disk, ""));
        if (isTargetUsed) {
            return;
        }
        String iface = isOwn(disk) ? ownInterface(disk) : disk.anInterface();
        for (String portal : disk.portals()) {
            String[] node = {"-m", "node", "-p", portal, "-T", disk.target(), "-I", iface};
            var unused = admin(node, "--logout");
            unused = admin(node, "-o", "delete");
        }
        if (isOwn(disk)) {
            var unused = programs.run("iscsiadm", "-m", "iface", "-I", iface, "-o", "delete");
        }
    }
}
