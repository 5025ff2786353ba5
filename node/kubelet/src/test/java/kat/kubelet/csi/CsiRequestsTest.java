package kat.kubelet.csi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.csi.NodeCapability;
import kat.csi.VolumeUse;
import kat.csi.VolumeUse.AccessMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CsiRequestsTest {

    private static final Set<NodeCapability> NOTHING = EnumSet.noneOf(NodeCapability.class);

    private static JsonObject json(String text) {
        return (JsonObject) Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static KubeObject driver(String spec) {
        return new KubeObject(JsonObject.of("spec", json("{" + spec + "}")));
    }

    private static CsiSource persistent(String spec, String fsType) {
        JsonObject csi = json("{'driver':'d','volumeHandle':'h'}").with("fsType", fsType);
        return new CsiSource("pv", "h", csi, json("{" + spec + "}"), false, "5");
    }

    record Mode(String name, String accessMode, boolean tells, AccessMode expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Mode> modes() {
        return Stream.of(
                new Mode("once", "ReadWriteOnce", false, AccessMode.SINGLE_NODE_WRITER),
                new Mode("once, told", "ReadWriteOnce", true, AccessMode.SINGLE_NODE_MULTI_WRITER),
                new Mode("one pod", "ReadWriteOncePod", false, AccessMode.SINGLE_NODE_WRITER),
                new Mode(
                        "one pod, told",
                        "ReadWriteOncePod",
                        true,
                        AccessMode.SINGLE_NODE_SINGLE_WRITER),
                new Mode("read", "ReadOnlyMany", true, AccessMode.MULTI_NODE_READER_ONLY),
                new Mode("write", "ReadWriteMany", false, AccessMode.MULTI_NODE_MULTI_WRITER));
    }

    @ParameterizedTest
    @MethodSource("modes")
    void namesWhoMayUseAVolume(Mode each) {
        CsiSource source = persistent("'accessModes':['" + each.accessMode() + "']", "");
        Set<NodeCapability> can =
                each.tells() ? EnumSet.of(NodeCapability.SINGLE_NODE_MULTI_WRITER) : NOTHING;

        assertEquals(
                new VolumeUse(each.expected(), false, "", List.of(), ""),
                CsiRequests.use(source, can));
    }

    record Group(String name, String policy, String fsType, String modes, boolean expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Group> groups() {
        return Stream.of(
                new Group("file", "File", "", "ReadWriteMany", true),
                new Group("none", "None", "ext4", "ReadWriteOnce", false),
                new Group("once", "ReadWriteOnceWithFSType", "ext4", "ReadWriteOnce", true),
                new Group("many", "ReadWriteOnceWithFSType", "ext4", "ReadWriteMany", false),
                new Group("no type", "ReadWriteOnceWithFSType", "", "ReadWriteOnce", false));
    }

    @ParameterizedTest
    @MethodSource("groups")
    void givesFilesToTheGroupByTheDriversPolicy(Group each) {
        CsiSource source = persistent("'accessModes':['" + each.modes() + "']", each.fsType());
        KubeObject driver = driver("'fsGroupPolicy':'" + each.policy() + "'");

        assertEquals(each.expected(), CsiRequests.takesGroup(source, driver, NOTHING));
    }

    @Test
    void leavesTheGroupToADriverThatSetsIt() {
        CsiSource source = persistent("'accessModes':['ReadWriteOnce']", "ext4");
        Set<NodeCapability> can = EnumSet.of(NodeCapability.VOLUME_MOUNT_GROUP);

        assertEquals(false, CsiRequests.takesGroup(source, null, can));
        assertEquals("5", CsiRequests.use(source, can).mountGroup());
    }

    @Test
    void refusesVolumesOfPodsWhereTheDriverHasOnlyPersistentOnes() {
        CsiSource inline =
                new CsiSource("data", "h", json("{'driver':'d'}"), JsonObject.EMPTY, false, "");

        assertEquals(
                "volume mode \"Ephemeral\" not supported by driver d (no CSIDriver object)",
                CsiRequests.refusal(inline, null));
        assertEquals(
                "volume mode \"Ephemeral\" not supported by driver d (only supports"
                        + " [\"Persistent\"])",
                CsiRequests.refusal(inline, driver("'volumeLifecycleModes':['Persistent']")));
        assertEquals("", CsiRequests.refusal(persistent("'volumeMode':'Filesystem'", ""), null));
    }
}
