package kat.kubelet.csi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class VersionsTest {

    @Test
    void takesTheHighestOfTheFirstMajorVersion() {
        assertEquals(
                new Versions.Version(1, 11),
                Versions.highest(List.of("1.2.0", "v1.11", "0.3.0", "2.0.0", "x")));
    }

    @Test
    void knowsNoOtherMajorVersion() {
        assertNull(Versions.highest(List.of("0.3.0", "2.0.0")));
    }
}
