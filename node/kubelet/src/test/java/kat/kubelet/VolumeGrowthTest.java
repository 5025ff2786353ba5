package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;
import static kat.kubelet.Fixtures.object;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.base.testing.FakeTicker;
import kat.client.EventRecorder;
import kat.kubelet.volumes.GrowthFault;
import kat.kubelet.volumes.VolumeFault;
import kat.kubelet.volumes.VolumeGrowth;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the claim's status says of a volume that grows, or does not.
class VolumeGrowthTest {

    private static final ObjectKey CLAIM = ObjectKey.of("default", "c");

    private final FakeTicker ticker = new FakeTicker(NOW);
    private final FakeApi api = new FakeApi();
    private final VolumeGrowth growth =
            new VolumeGrowth(
                    api, new EventRecorder(api, ticker, "kubelet", "node-0"), ticker, "node-0");
    private final List<String> sizes = new ArrayList<>();

    private void putClaim(String wanted, String status) {
        api.put(
                Kinds.PERSISTENT_VOLUME_CLAIM,
                object(
                        "{'apiVersion':'v1','kind':'PersistentVolumeClaim',"
                                + "'metadata':{'namespace':'default','name':'c'},"
                                + "'spec':{'resources':{'requests':{'storage':'"
                                + wanted
                                + "'}}},'status':{'capacity':{'storage':'1Gi'}"
                                + status
                                + "}}"));
    }

    private String grow(boolean isUsed, GrowthFault.@Nullable Kind fault) throws VolumeFault {
        KubeObject volume =
                object(
                        "{'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'pv-1'},"
                                + "'spec':{'capacity':{'storage':'3Gi'}}}");
        KubeObject claim = Objects.requireNonNull(api.find(Kinds.PERSISTENT_VOLUME_CLAIM, CLAIM));
        growth.grow(
                new VolumeGrowth.Use(Fixtures.web("a"), claim, volume, false, isUsed),
                size -> {
                    sizes.add(size.toString());
                    if (fault != null) {
                        throw new GrowthFault(fault, "no");
                    }
                });
        KubeObject after = Objects.requireNonNull(api.find(Kinds.PERSISTENT_VOLUME_CLAIM, CLAIM));
        return after.status().object("capacity").string("storage")
                + " "
                + after.status().object("allocatedResourceStatuses").string("storage", "-")
                + " "
                + after.status().array("conditions").objects().stream()
                        .map(each -> each.string("type") + ": " + each.string("message"))
                        .toList();
    }

    private static String step(String step) {
        return ",'allocatedResources':{'storage':'2Gi'},"
                + "'allocatedResourceStatuses':{'storage':'"
                + step
                + "'},'conditions':[{'type':'FileSystemResizePending','status':'True'}]";
    }

    @Test
    void growsToWhatTheControllerHasAllocated() throws Exception {
        putClaim("2Gi", step("NodeResizePending"));

        assertEquals("2Gi - []", grow(false, null));
        assertEquals(List.of("2Gi"), sizes);
    }

    @Test
    void growsToTheVolumesSizeForAnOlderController() throws Exception {
        putClaim("3Gi", "");

        assertEquals("3Gi - []", grow(true, null));
        assertEquals(List.of("3Gi"), sizes);
    }

    @ParameterizedTest
    @CsvSource({"ControllerResizeInProgress", "NodeResizeInfeasible", "ControllerResizeInfeasible"})
    void waitsForTheController(String step) throws Exception {
        putClaim("2Gi", step(step));

        assertEquals("1Gi " + step + " [FileSystemResizePending: ]", grow(false, null));
        assertEquals(List.of(), sizes);
    }

    @Test
    void saysThatASizeIsInfeasible() throws Exception {
        putClaim("2Gi", step("NodeResizePending"));

        assertEquals(
                "1Gi NodeResizeInfeasible [FileSystemResizePending: , NodeResizeError: failed to"
                        + " expand pvc with no]",
                grow(true, GrowthFault.Kind.INFEASIBLE));
    }

    @Test
    void saysSoTooWhenItFailsAgainAfterAnotherSizeWasAskedFor() throws Exception {
        putClaim("2Gi", step("NodeResizePending"));
        String first = grow(true, GrowthFault.Kind.FAILED);
        putClaim("3Gi", step("NodeResizeInProgress"));

        assertEquals(
                "1Gi NodeResizeInProgress [FileSystemResizePending: , NodeResizeError: failed to"
                        + " expand pvc with no]",
                first);
        assertEquals(
                "1Gi NodeResizeInfeasible [FileSystemResizePending: , NodeResizeError: failed to"
                        + " expand pvc with no]",
                grow(true, GrowthFault.Kind.FAILED));
    }

    @Test
    void leavesAVolumeInUseAsItIsUntilThePodIsGone() throws Exception {
        putClaim("2Gi", step("NodeResizePending"));

        grow(true, GrowthFault.Kind.IN_USE);
        grow(true, null);
        assertEquals(List.of("2Gi"), sizes);

        growth.forget(Fixtures.web("a").uid());
        assertEquals("2Gi - []", grow(true, null));
    }
}
