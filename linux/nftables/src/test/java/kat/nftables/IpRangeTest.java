package kat.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpRangeTest {

    @Test
    void givesItsAddresses() {
        IpRange range = IpRange.parse("10.96.0.0/16");

        assertEquals("10.96.0.10", range.address(10));
        assertEquals("10.96.1.0", range.address(256));
        assertEquals("10.96.0.0/16", range.toString());
        assertTrue(range.contains("10.96.255.255"));
        assertFalse(range.contains("10.97.0.0"));
        assertFalse(range.contains("fd00::1"));
    }

    @Test
    void knowsWhichRangesOverlap() {
        IpRange range = IpRange.parse("10.96.0.0/16");

        assertTrue(range.overlaps(IpRange.parse("10.96.4.0/24")));
        assertTrue(range.overlaps(IpRange.parse("10.0.0.0/8")));
        assertTrue(range.overlaps(IpRange.parse("0.0.0.0/0")));
        assertFalse(range.overlaps(IpRange.parse("10.97.0.0/16")));
    }

    @Test
    void givesItsAddressesOfSixteenBytes() {
        IpRange range = IpRange.parse("fd00:10:96::/112");

        assertEquals("fd00:10:96::a", range.address(10));
        assertEquals("fd00:10:96::/112", range.toString());
        assertTrue(range.contains("FD00:10:96:0::ffff"));
        assertFalse(range.contains("fd00:10:96::1:0"));
        assertFalse(range.contains("0.0.0.1"));
        assertFalse(range.overlaps(IpRange.parse("0.0.0.0/0")));
        assertTrue(range.overlaps(IpRange.parse("fc00::/7")));
    }

    @ParameterizedTest
    @CsvSource({
        "FD00:0:0:1:0:0:0:2, fd00:0:0:1::2",
        "0:0:0:0:0:0:0:0, ::",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1:0:0:2:0:0:3:4, 1::2:0:0:3:4",
        "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
        "10.1.2.3, 10.1.2.3",
        "none, none",
    })
    void writesEachAddressInOneWay(String text, String canonical) {
        assertEquals(canonical, IpRange.canonical(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.96.0.1/16",
                "10.96.0.0",
                "10.96.0/16",
                "10.96.0.0/33",
                "a.b.c.d/8",
                "/",
                "fd00::1/64"
            })
    void refusesWhatIsNotARange(String text) {
        assertThrows(IllegalArgumentException.class, () -> IpRange.parse(text));
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
                "1.2.3.-4",
                "fe80::1%eth0",
                "::ffff:1.2.3.4",
                "1:2:3",
                "[::1]"
            })
    void refusesWhatIsNotAnAddress(String text) {
        assertFalse(IpRange.isAddress(text));
    }
}
