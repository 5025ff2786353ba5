package kat.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4RangeTest {

    @Test
    void givesItsAddresses() {
        Ipv4Range range = Ipv4Range.parse("10.96.0.0/16");

        assertEquals("10.96.0.10", range.address(10));
        assertEquals("10.96.1.0", range.address(256));
        assertEquals("10.96.0.0/16", range.toString());
        assertTrue(range.contains("10.96.255.255"));
        assertFalse(range.contains("10.97.0.0"));
        assertFalse(range.contains("fd00::1"));
    }

    @Test
    void knowsWhichRangesOverlap() {
        Ipv4Range range = Ipv4Range.parse("10.96.0.0/16");

        assertTrue(range.overlaps(Ipv4Range.parse("10.96.4.0/24")));
        assertTrue(range.overlaps(Ipv4Range.parse("10.0.0.0/8")));
        assertTrue(range.overlaps(Ipv4Range.parse("0.0.0.0/0")));
        assertFalse(range.overlaps(Ipv4Range.parse("10.97.0.0/16")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.96.0.1/16", "10.96.0.0", "10.96.0/16", "10.96.0.0/33", "a.b.c.d/8", "/"})
    void refusesWhatIsNotARange(String text) {
        assertThrows(IllegalArgumentException.class, () -> Ipv4Range.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.",
                ".1.2.3",
                "1..2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "01.2.3.4",
                "::1",
                "1.2.3.-4"
            })
    void refusesWhatIsNotAnAddress(String text) {
        assertNull(Ipv4Range.parseAddress(text));
    }
}
