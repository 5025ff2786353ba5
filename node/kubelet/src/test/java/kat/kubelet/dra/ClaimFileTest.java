package kat.kubelet.dra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.api.ObjectKey;
import kat.csi.DevicePlugin.Device;
import kat.kubelet.dra.ClaimRecord.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimFileTest {

    /// As a kubelet 1.36 writes it.
    private static final String OF_KUBERNETES =
            """
            {"Data":"{\\"kind\\":\\"DRACheckpoint\\",\\"apiVersion\\":\\"checkpoint.dra.kubelet.\
            k8s.io/v1\\",\\"ClaimInfoStateList\\":[{\\"ClaimUID\\":\\"u\\",\\"ClaimName\\":\\"c\\\
            ",\\"Namespace\\":\\"n\\",\\"PodUIDs\\":{\\"p\\":{}},\\"DriverState\\":{\\"d\\":{\\"De\
            vices\\":[{\\"PoolName\\":\\"pool\\",\\"DeviceName\\":\\"dev\\",\\"ShareID\\":null,\\"R\
            equestNames\\":[\\"r\\"],\\"CDIDeviceIDs\\":[\\"v/c=d\\"]}]}}}]}","Checksum":%d}\
            """;

    private static final ClaimRecord RECORD =
            new ClaimRecord(
                    ObjectKey.of("n", "c"),
                    "u",
                    new TreeSet<>(Set.of("p")),
                    new TreeMap<>(
                            Map.of(
                                    "d",
                                    List.of(
                                            new Device(
                                                    List.of("r"),
                                                    "pool",
                                                    "dev",
                                                    "",
                                                    List.of("v/c=d"))))),
                    State.NEW);

    @TempDir Path folder;

    @Test
    void remembersWhatWasWritten() throws IOException {
        ClaimFile file = ClaimFile.in(folder);

        file.write(List.of(RECORD.with(State.READY)));

        assertEquals(List.of(RECORD), file.read());
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())));
    }

    @Test
    void readsTheFormOfKubernetes() throws IOException {
        ClaimFile file = ClaimFile.in(folder);
        Files.writeString(file.path(), OF_KUBERNETES.formatted(628_883_492L));

        assertEquals(List.of(RECORD), file.read());
    }

    @Test
    void knowsNothingWithoutAFile() throws IOException {
        assertEquals(List.of(), ClaimFile.in(folder).read());
    }

    @Test
    void refusesAFileThatIsDamaged() throws IOException {
        ClaimFile file = ClaimFile.in(folder);
        for (String text : List.of(OF_KUBERNETES.formatted(1), "{", "")) {
            Files.writeString(file.path(), text);

            IOException fault = assertThrows(IOException.class, file::read);

            assertTrue(
                    fault.getMessage().contains("please drain node and remove " + file.path()),
                    fault.getMessage());
        }
    }
}
