package kat.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryDecreaseTest {

    private static MemoryDecrease.Limited container(long before, long after, long usage) {
        return new MemoryDecrease.Limited("container \"c\"", before, after, OptionalLong.of(usage));
    }

    @ParameterizedTest
    @CsvSource({"30, 20, 19", "20, 30, 40", "30, 0, 40", "30, 30, 40"})
    void takesWhatNobodyUses(long before, long after, long usage) {
        assertEquals("", MemoryDecrease.refusal(List.of(container(before, after, usage))));
    }

    @ParameterizedTest
    @CsvSource({"30, 20, 20", "0, 20, 40"})
    void leavesWhatIsUsed(long before, long after, long usage) {
        assertEquals(
                "cannot decrease memory limits: attempting to set container \"c\" memory limit (20)"
                        + " below current usage ("
                        + usage
                        + ")",
                MemoryDecrease.refusal(List.of(container(before, after, usage))));
    }

    @Test
    void namesAll() {
        assertEquals(
                "cannot decrease memory limits: [attempting to set pod memory limit (20) below"
                        + " current usage (25), missing container \"d\" memory usage]",
                MemoryDecrease.refusal(
                        List.of(
                                new MemoryDecrease.Limited("pod", 30, 20, OptionalLong.of(25)),
                                new MemoryDecrease.Limited(
                                        "container \"d\"", 30, 20, OptionalLong.empty()))));
    }
}
