package kat.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KubeletFolderTest {

    private final KubeletFolder folder = new KubeletFolder(Path.of("/home/kat/kubelet"));

    @Test
    void findsWhatProgramsLookForAtTheUsualPlace() {
        assertEquals(
                Path.of("/home/kat/kubelet/plugins/x"),
                folder.real(Path.of("/var/lib/kubelet/plugins/x/")));
        assertEquals(Path.of("/home/kat/kubelet"), folder.real(Path.of("/var/lib/kubelet")));
    }

    @Test
    void leavesOtherPathsAlone() {
        assertEquals(Path.of("/var/lib"), folder.real(Path.of("/var/lib")));
        assertEquals(
                Path.of("/var/lib/kubelet/../x"), folder.real(Path.of("/var/lib/kubelet/../x")));
        assertEquals(Path.of("/elsewhere"), folder.known(Path.of("/elsewhere")));
    }

    @Test
    void tellsItsOwnPathsAsOthersKnowThem() {
        assertEquals(
                Path.of("/var/lib/kubelet/pods/u"),
                folder.known(Path.of("/home/kat/kubelet/pods/u")));
    }
}
