package kat.kubelet;

import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;

import java.nio.file.Files;
import java.nio.file.Path;
import kat.api.Kinds;
import kat.api.ObjectKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a kubelet tells of volumes that are attached to its node.
class VolumesInUseTest {

    /// SHA-256 of `vol-1`.
    private static final String OF_VOL_1 =
            "d2e8363faaac7ae76def3b14091d8eb5755f6b92e9531627aeec833a8731cc49";

    @TempDir Path home;

    @Test
    void goesOnTellingOfVolumesThatAnEarlierKubeletLeft() throws Exception {
        // Without its driver it stays.
        Path left = home.resolve("plugins/kubernetes.io/csi/disk.example.com").resolve(OF_VOL_1);
        Files.createDirectories(left.resolve("globalmount"));
        Files.writeString(
                left.resolve("vol_data.json"),
                "{\"driverName\":\"disk.example.com\",\"specVolID\":\"pv-1\","
                        + "\"volumeHandle\":\"vol-1\",\"volumeLifecycleMode\":\"Persistent\"}");
        try (TestNode node = new TestNode(home)) {
            node.kubelet.start();

            node.api.put(
                    Kinds.PERSISTENT_VOLUME,
                    object(
                            "{'apiVersion':'v1','kind':'PersistentVolume',"
                                    + "'metadata':{'name':'pv-2'},"
                                    + "'spec':{'accessModes':['ReadWriteOnce'],"
                                    + "'csi':{'driver':'disk.example.com',"
                                    + "'volumeHandle':'vol-2'}}}"));
            node.api.put(
                    Kinds.PERSISTENT_VOLUME_CLAIM,
                    object(
                            "{'apiVersion':'v1','kind':'PersistentVolumeClaim',"
                                    + "'metadata':{'namespace':'default','name':'c'},"
                                    + "'spec':{'volumeName':'pv-2'},"
                                    + "'status':{'phase':'Bound'}}"));
            node.api.put(
                    Kinds.POD,
                    pod(
                            "a",
                            "'restartPolicy':'Always','volumes':[{'name':'data',"
                                    + "'persistentVolumeClaim':{'claimName':'c'}}],"
                                    + "'containers':[{'name':'web','image':'nginx:1'}]"));

            String both =
                    "[\"kubernetes.io/csi/disk.example.com^vol-1\","
                            + "\"kubernetes.io/csi/disk.example.com^vol-2\"]";
            node.api.await(
                    Kinds.NODE,
                    ObjectKey.of("", "node-0"),
                    each -> each.status().array("volumesInUse").toString().equals(both));
        }
    }
}
