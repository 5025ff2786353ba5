package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.nftables.IpFamily;
import kat.nftables.IpRange;
import kat.proxy.NetworkConfig;
import org.junit.jupiter.api.Test;

class SecondFamilyTest {

    private static ClusterConfig dual(long seed) {
        ClusterConfig asked =
                ClusterConfig.parse(
                        JsonObject.of("ipFamily", Json.of("dual")), ClusterConfig.DEFAULTS);
        return asked.withSecond(asked.second().chosen(Randomness.seeded(seed)));
    }

    @Test
    void eachClusterHasUniqueLocalRangesOfItsOwn() {
        SecondFamily one = dual(1).second();

        IpRange services = IpRange.parse(one.serviceRange());
        assertTrue(IpRange.parse("fd00::/8").contains(services), one::toString);
        assertFalse(services.overlaps(IpRange.parse(one.podRange())), one::toString);
        assertNotEquals(one, dual(2).second());
    }

    @Test
    void whatWasChosenStays() {
        ClusterConfig config = dual(1);

        ClusterConfig again = ClusterConfig.parse(config.toJson(), ClusterConfig.DEFAULTS);

        assertEquals(config, again);
        assertEquals(config.second(), again.second().chosen(Randomness.seeded(7)));
        assertEquals(config, ClusterConfig.parse(JsonObject.EMPTY, config));
    }

    @Test
    void oneFamilyIsNotToldOf() {
        assertFalse(ClusterConfig.DEFAULTS.toJson().has("ipFamily"));
        assertEquals(1, RealNode.networks(ClusterConfig.DEFAULTS, "n").size());
    }

    @Test
    void theNodeHasANetworkOfEachFamily() {
        ClusterConfig config =
                ClusterConfig.parse(
                        JsonObject.builder()
                                .put("ipFamily", "dual")
                                .put("serviceRange6", "fd00:1::/112")
                                .put("podRange6", "fd00:2::/56")
                                .build(),
                        ClusterConfig.DEFAULTS);

        List<NetworkConfig> networks = RealNode.networks(config, "n");

        assertEquals(
                List.of(IpFamily.IPV4, IpFamily.IPV6),
                networks.stream().map(NetworkConfig::family).toList());
        assertEquals("fd00:2::/64", networks.getLast().podRange().toString());
        assertEquals("fd00:2::1", networks.getLast().gateway());
    }
}
