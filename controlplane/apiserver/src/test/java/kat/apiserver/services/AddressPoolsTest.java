package kat.apiserver.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.base.Randomness;
import org.junit.jupiter.api.Test;

class AddressPoolsTest {

    private static AddressPools pools(String... ranges) {
        return new AddressPools(List.of(ranges), Randomness.seeded(1));
    }

    @Test
    void goOnToTheNextRangeOfTheFamilyWhenOneIsFull() {
        AddressPools pools = pools("10.96.0.0/30", "fd00::/126", "10.97.0.0/30");
        Set<String> given = new TreeSet<>();
        for (int i = 0; i < 4; i++) {
            given.add(pools.takeAny("IPv4", _ -> false));
        }

        assertEquals(Set.of("10.96.0.1", "10.96.0.2", "10.97.0.1", "10.97.0.2"), given);
        assertEquals("", pools.takeAny("IPv4", _ -> false));
    }

    @Test
    void takeAnAddressInEachRangeThatHoldsIt() {
        AddressPools pools = pools("10.96.0.0/30", "10.96.0.0/29");

        assertTrue(pools.take("10.96.0.1"));
        assertFalse(pools.take("10.96.0.1"));
        Set<String> rest = new TreeSet<>();
        for (int i = 0; i < 5; i++) {
            rest.add(pools.takeAny("IPv4", _ -> false));
        }
        assertFalse(rest.contains("10.96.0.1"), rest::toString);
        assertFalse(rest.contains(""), rest::toString);
    }

    @Test
    void leaveOutWhatSomebodyElseHasAsLongAsHeHasIt() {
        AddressPools pools = pools("10.96.0.0/30");

        assertEquals("10.96.0.2", pools.takeAny("IPv4", "10.96.0.1"::equals));
        assertEquals("", pools.takeAny("IPv4", "10.96.0.1"::equals));
        assertEquals("10.96.0.1", pools.takeAny("IPv4", _ -> false));
    }
}
