package kat.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import kat.kubelet.spec.HugePages;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineFactsTest {

    /// How many pages of 2 MiB are set aside of 4 GiB, and what pods may have of both.
    @ParameterizedTest
    @CsvSource({"0, 0, 4194304Ki", "512, 1Gi, 3145728Ki", "4096, 8Gi, 0Ki"})
    void whatIsSetAsideForLargePagesIsNoOrdinaryMemory(long pages, String large, String memory) {
        HugePages pools = new HugePages(new TreeMap<>(Map.of(2L << 20, pages)));
        MachineFacts facts =
                new MachineFacts(
                        2, 4L << 30, 1, "amd64", "6", "x", "m", "b", "s", false, false, pools);

        assertEquals(large, facts.capacity(9).get("hugepages-2Mi"));
        assertEquals("0", facts.capacity(9).get("hugepages-1Gi"));
        assertEquals("4194304Ki", facts.capacity(9).get("memory"));
        assertEquals(large, facts.allocatable(9).get("hugepages-2Mi"));
        assertEquals(memory, facts.allocatable(9).get("memory"));
    }
}
