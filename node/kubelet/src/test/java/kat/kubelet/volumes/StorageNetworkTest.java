package kat.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Disks of storage networks, on a machine whose devices and programs are played.
class StorageNetworkTest {

    private static final String IQN = "iqn.2026-01.example:files";
    private static final String SHOWN =
            "# BEGIN RECORD\niface.iscsi_ifacename = default\niface.net_ifacename = <empty>\n"
                    + "iface.transport_name = tcp\niface.initiatorname = <empty>\n# END RECORD";

    @TempDir Path root;

    private final List<String> ran = new ArrayList<>();
    private final Map<String, String> refused = new HashMap<>();
    private final Map<String, Runnable> effects = new HashMap<>();
    private final List<Runnable> later = new ArrayList<>();
    private DiskPrograms disks;

    @BeforeEach
    void play() {
        disks = new DiskPrograms(this::run, root, _ -> later.removeFirst().run());
        effects.put("--login", () -> session("10.0.0.7", "3260", "host3"));
    }

    private Programs.Ran run(String... command) {
        String line = String.join(" ", command);
        ran.add(line);
        for (Map.Entry<String, String> each : refused.entrySet()) {
            if (line.contains(each.getKey())) {
                return new Programs.Ran(8, each.getValue());
            }
        }
        effects.forEach(
                (part, effect) -> {
                    if (line.contains(part)) {
                        effect.run();
                    }
                });
        return new Programs.Ran(0, line.contains("-o show") ? SHOWN : "");
    }

    private void write(String path, String text) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String read(String path) throws IOException {
        return Files.readString(root.resolve(path));
    }

    private void session(String address, String port, String host) {
        String session = "sys/class/iscsi_host/" + host + "/device/session1/";
        write(session + "iscsi_session/session1/targetname", IQN + "\n");
        String connection = session + "connection1:0/iscsi_connection/connection1:0/";
        write(connection + "address", address + "\n");
        write(connection + "port", port + "\n");
        write("sys/class/scsi_host/" + host + "/scan", "");
    }

    private Path device(String folder, String link, String name) {
        try {
            write("dev/" + name, "");
            write("sys/block/" + name + "/device/delete", "");
            Path at = root.resolve("dev/disk").resolve(folder).resolve(link);
            Files.createDirectories(at.getParent());
            return Files.createSymbolicLink(at, root.resolve("dev").resolve(name));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path lun(long lun, String name) {
        return device("by-path", "ip-10.0.0.7:3260-iscsi-" + IQN + "-lun-" + lun, name);
    }

    private static RemoteDisk iscsi(String more) {
        return new RemoteDisk(
                "iscsi",
                (JsonObject)
                        Yaml.parse("{targetPortal: 10.0.0.7, iqn: '" + IQN + "', " + more + "}"),
                "v");
    }

    private static RemoteDisk fc(String source) {
        return new RemoteDisk("fc", (JsonObject) Yaml.parse("{" + source + "}"), "v");
    }

    @Test
    void signsInAndWaitsForTheDisk() throws Exception {
        later.add(() -> {});
        later.add(() -> lun(2, "sdb"));

        Path device = disks.attach(iscsi("lun: 2"), Map.of());

        assertEquals(root.resolve("dev/sdb").toRealPath(), device.toRealPath());
        String target = "iscsiadm -m node -p 10.0.0.7:3260 -T " + IQN + " -I default";
        String found = "iscsiadm -m discoverydb -t sendtargets -p 10.0.0.7:3260 -I default";
        assertEquals(
                List.of(
                        "iscsiadm -m iface -I default -o show",
                        found + " -o new",
                        found + " --discover",
                        target + " --login",
                        target + " -o update -n node.startup -v manual"),
                ran);
        assertEquals("0 0 2", read("sys/class/scsi_host/host3/scan"));
    }

    @Test
    void looksForAnotherDiskOfATargetThatItKnows() throws Exception {
        session("10.0.0.7", "3260", "host3");
        Path link = lun(5, "sdc");

        assertEquals(link, disks.attach(iscsi("lun: 5"), Map.of()));

        assertEquals(List.of("iscsiadm -m iface -I default -o show"), ran);
        assertEquals("0 0 5", read("sys/class/scsi_host/host3/scan"));
    }

    @Test
    void signsInWithWhatTheSecretSays() throws Exception {
        lun(0, "sdb");
        Map<String, String> login =
                Map.of(
                        "node.session.auth.username", "me",
                        "node.session.auth.password", "open sesame",
                        "discovery.sendtargets.auth.username", "you",
                        "else", "x");

        var unused =
                disks.attach(
                        iscsi("lun: 0, chapAuthSession: true, chapAuthDiscovery: true"), login);

        List<String> set = ran.stream().filter(line -> line.contains(".auth.")).toList();
        assertEquals(5, set.size());
        assertTrue(set.getFirst().contains("discoverydb"));
        assertTrue(set.get(2).endsWith("-n node.session.auth.authmethod -v CHAP"));
        assertTrue(set.getLast().endsWith("-n node.session.auth.password -v open sesame"));
    }

    @Test
    void tellsNoPasswordWhenTheSecretIsRefused() {
        refused.put("auth.password", "open sesame is bad");

        IOException e =
                assertThrows(
                        IOException.class,
                        () ->
                                disks.attach(
                                        iscsi("lun: 0, chapAuthSession: true"),
                                        Map.of("node.session.auth.password", "open sesame")));

        assertEquals(
                "failed to get any path for iscsi disk, last err seen:\niscsi: failed to update key"
                        + " \"node.session.auth.password\" of the record",
                e.getMessage());
    }

    @Test
    void takesAnInterfaceOfItsOwnForANameOfItsOwn() throws Exception {
        lun(0, "sdb");
        RemoteDisk disk = iscsi("lun: 0, initiatorName: iqn.me");

        var unused = disks.attach(disk, Map.of());

        String own = "iscsiadm -m iface -I 10.0.0.7:3260:v -o ";
        assertEquals(
                List.of(
                        own + "new",
                        own + "update -n iface.initiatorname -v iqn.me",
                        own + "update -n iface.transport_name -v tcp"),
                ran.subList(1, 4));
        ran.clear();
        disks.detach(disk, false);
        assertEquals(own + "delete", ran.getLast());
    }

    @Test
    void whatIsRefusedIsTakenBackAndTold() {
        refused.put("--login", "authorization failure");

        IOException e =
                assertThrows(IOException.class, () -> disks.attach(iscsi("lun: 0"), Map.of()));

        assertEquals(
                "failed to get any path for iscsi disk, last err seen:\niscsi: failed to attach"
                        + " disk: Error: authorization failure (exit status 8)",
                e.getMessage());
        assertTrue(ran.getLast().endsWith("-I default -o delete"));
    }

    @Test
    void tellsThatTheProgramIsMissing() {
        refused.put("iscsiadm", "executable file not found in $PATH");

        IOException e =
                assertThrows(IOException.class, () -> disks.attach(iscsi("lun: 0"), Map.of()));

        assertEquals(
                "iscsi: could not read iface default error: executable file not found in $PATH",
                e.getMessage());
    }

    @Test
    void givesUpOnADiskThatDoesNotCome() {
        for (int i = 0; i < 9; i++) {
            later.add(() -> {});
        }

        IOException e =
                assertThrows(IOException.class, () -> disks.attach(iscsi("lun: 9"), Map.of()));

        assertTrue(e.getMessage().endsWith("Could not attach disk: Timeout after 10s"));
        assertEquals(List.of(), later);
    }

    @Test
    void takesTheDeviceThatJoinsAllPaths() throws Exception {
        lun(0, "sdb");
        session("10.0.0.7", "3260", "host3");
        refused.put("10.0.0.8", "no route to host");
        write("sys/block/dm-4/slaves/sdb", "");

        Path device = disks.attach(iscsi("lun: 0, portals: ['10.0.0.8']"), Map.of());

        assertEquals(root.resolve("dev/dm-4"), device);
    }

    @Test
    void signsOutWithTheLastDiskOnly() throws Exception {
        lun(0, "sdb");
        write("sys/block/dm-4/slaves/sdb", "");

        disks.detach(iscsi("lun: 0"), true);

        assertEquals("1", read("sys/block/sdb/device/delete"));
        assertEquals(
                List.of(
                        "multipath -f " + root.resolve("dev/dm-4"),
                        "blockdev --flushbufs " + root.resolve("dev/sdb").toRealPath()),
                ran);
        ran.clear();
        disks.detach(iscsi("lun: 0"), false);
        assertEquals(
                List.of(
                        "iscsiadm -m node -p 10.0.0.7:3260 -T " + IQN + " -I default --logout",
                        "iscsiadm -m node -p 10.0.0.7:3260 -T " + IQN + " -I default -o delete"),
                ran.subList(2, 4));
    }

    @Test
    void findsFibreChannelDisksByPortOrName() throws Exception {
        Path port = device("by-path", "pci-0000:41:00.0-fc-0x500a0981891b8dc5-lun-0", "sdd");
        Path other = device("by-path", "fc-0x500a0981891b8dc6-lun-1", "sde");
        Path name = device("by-id", "scsi-3600508b4_0", "sdf");

        assertEquals(port, disks.attach(fc("targetWWNs: [500a0981891b8dc5], lun: 0"), Map.of()));
        assertEquals(
                other,
                disks.attach(
                        fc("targetWWNs: [500a0981891b8dc5, 500a0981891b8dc6], lun: 1"), Map.of()));
        assertEquals(name, disks.attach(fc("wwids: ['3600508b4 0']"), Map.of()));
        disks.detach(fc("wwids: ['3600508b4 0']"), false);
        assertEquals("1", read("sys/block/sdf/device/delete"));
        assertEquals("", read("sys/block/sdd/device/delete"));
    }

    @Test
    void hasTheKernelLookForFibreChannelDisks() throws Exception {
        write("sys/class/scsi_host/host0/scan", "");
        write("sys/class/scsi_host/host1/scan", "");

        IOException e =
                assertThrows(
                        IOException.class,
                        () -> disks.attach(fc("targetWWNs: [5], lun: 0"), Map.of()));

        assertEquals("no fc disk found", e.getMessage());
        assertEquals("- - -", read("sys/class/scsi_host/host0/scan"));
        assertEquals("- - -", read("sys/class/scsi_host/host1/scan"));
        assertFalse(ran.contains("multipath"));
    }
}
