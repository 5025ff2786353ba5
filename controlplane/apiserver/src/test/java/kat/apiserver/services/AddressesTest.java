package kat.apiserver.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.TreeSet;
import kat.base.Randomness;
import org.junit.jupiter.api.Test;

class AddressesTest {

    private static Set<String> all(String range) {
        Addresses pool = new Addresses(range, Randomness.seeded(1));
        Set<String> given = new TreeSet<>();
        for (String next = pool.takeAny(); !next.isEmpty(); next = pool.takeAny()) {
            given.add(next);
        }
        return given;
    }

    @Test
    void giveEachAddressOfASmallRangeOnce() {
        assertEquals(Set.of("10.96.0.1", "10.96.0.2"), all("10.96.0.0/30"));
        assertEquals(Set.of("fd00:1::1", "fd00:1::2", "fd00:1::3"), all("fd00:1::/126"));
    }

    @Test
    void knowAnAddressInEachOfItsForms() {
        Addresses pool = new Addresses("fd00:10:96::/112", Randomness.seeded(1));

        assertTrue(pool.take("fd00:10:96::ab"));
        assertFalse(pool.take("FD00:10:96:0::00ab"));
        pool.free("fd00:10:96:0:0:0:0:ab");
        assertTrue(pool.take("fd00:10:96::ab"));
    }

    @Test
    void holdNeitherTheFirstAddressNorOthersRanges() {
        Addresses pool = new Addresses("fd00:10:96::/112", Randomness.seeded(1));

        assertFalse(pool.holds("fd00:10:96::"));
        assertTrue(pool.holds("fd00:10:96::ffff"));
        assertFalse(pool.holds("fd00:10:96::1:0"));
        assertFalse(pool.holds("10.96.0.1"));
        assertFalse(pool.holds("None"));
    }
}
