package kat.apiserver.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.apiserver.measure.AddressMetrics;
import kat.base.Randomness;
import kat.base.metrics.Metrics;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class AddressPoolsTest {

    private final Metrics metrics = new Metrics();

    private AddressPools pools(String... ranges) {
        AddressMetrics figures = new AddressMetrics(metrics, new FakeTicker(Instant.EPOCH));
        return new AddressPools(List.of(ranges), Randomness.seeded(1), figures);
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
    void countWhatTheyGiveAndWhatTheyCannot() {
        AddressPools pools = pools("10.96.0.0/30", "10.97.0.0/30");
        metrics.add(pools::tell);
        assertTrue(pools.takeAsked("IPv4", "10.96.0.1", _ -> false));
        assertFalse(pools.takeAsked("IPv4", "10.96.0.1", _ -> false));
        assertEquals("10.96.0.2", pools.takeAny("IPv4", _ -> false));
        String next = pools.takeAny("IPv4", _ -> false);

        assertTrue(pools.holds("IPv4", next));
        String name = "kube_apiserver_clusterip_allocator_";
        assertEquals(
                List.of(
                        name + "allocated_ips{cidr=\"10.96.0.0/30\"} 2",
                        name + "allocated_ips{cidr=\"10.97.0.0/30\"} 1",
                        name + "allocation_errors_total{cidr=\"10.96.0.0/30\",scope=\"dynamic\"} 1",
                        name + "allocation_errors_total{cidr=\"10.96.0.0/30\",scope=\"static\"} 1",
                        name + "allocation_total{cidr=\"10.96.0.0/30\",scope=\"dynamic\"} 1",
                        name + "allocation_total{cidr=\"10.96.0.0/30\",scope=\"static\"} 1",
                        name + "allocation_total{cidr=\"10.97.0.0/30\",scope=\"dynamic\"} 1",
                        name + "available_ips{cidr=\"10.96.0.0/30\"} 0",
                        name + "available_ips{cidr=\"10.97.0.0/30\"} 1"),
                metrics.text()
                        .lines()
                        .filter(line -> line.startsWith(name) && !line.contains("_duration_"))
                        .toList());
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
