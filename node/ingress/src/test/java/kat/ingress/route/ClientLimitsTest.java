package kat.ingress.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientLimitsTest {

    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

    private static ClientLimits limits(int perSecond, int perMinute, int connections, int burst) {
        return new ClientLimits(
                new Settings.Rates(perSecond, perMinute, connections, burst, List.of()));
    }

    private static long at(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    private static int entering(ClientLimits limits, InetAddress address, double at, int asking) {
        int entered = 0;
        for (int i = 0; i < asking; i++) {
            entered += limits.enter(address, at(at)) ? 1 : 0;
        }
        return entered;
    }

    @Test
    void letsABurstInAndThenTheRate() {
        ClientLimits limits = limits(2, 0, 0, 5);

        assertEquals(11, entering(limits, ONE, 0, 50));
        assertEquals(1, entering(limits, ONE, 0.5, 50));
        assertEquals(2, entering(limits, ONE, 1.5, 50));
        assertEquals(11, entering(limits, OTHER, 1.5, 50));
    }

    @Test
    void countsAddressesOfOneNetworkOfIpv6Together() {
        ClientLimits limits = limits(0, 0, 2, 5);
        InetAddress first = InetAddress.ofLiteral("2001:db8:0:1::1");
        InetAddress second = InetAddress.ofLiteral("2001:db8:0:1:ffff::2");

        assertEquals(2, entering(limits, first, 0, 3));
        assertEquals(0, entering(limits, second, 0, 1));
        assertEquals(2, entering(limits, InetAddress.ofLiteral("2001:db8:0:2::1"), 0, 3));
        limits.leave(second);
        assertEquals(1, entering(limits, first, 0, 2));
    }

    @Test
    void countsByTheMinuteToo() {
        ClientLimits limits = limits(0, 1, 0, 2);

        assertEquals(3, entering(limits, ONE, 0, 10));
        assertEquals(0, entering(limits, ONE, 59, 10));
        assertEquals(1, entering(limits, ONE, 60, 10));
    }

    @Test
    void whatWasRefusedDoesNotFillTheBucket() {
        ClientLimits limits = limits(1, 0, 0, 1);
        int unused = entering(limits, ONE, 0, 1000);

        assertTrue(limits.enter(ONE, at(1)));
    }

    @Test
    void letsOnlySoManyInAtOnce() {
        ClientLimits limits = limits(0, 0, 2, 5);

        assertEquals(2, entering(limits, ONE, 0, 5));
        assertTrue(limits.enter(OTHER, at(0)));
        limits.leave(ONE);

        assertEquals(1, entering(limits, ONE, 0, 5));
    }

    @Test
    void forgetsThoseWhoAskedLongestAgo() {
        ClientLimits limits = limits(0, 1, 0, 0);
        assertTrue(limits.enter(ONE, at(0)));
        assertFalse(limits.enter(ONE, at(0)));
        for (int i = 0; i < ClientLimits.MOST_CLIENTS; i++) {
            String address = "10.%d.%d.%d".formatted(i >> 16, (i >> 8) & 255, i & 255);
            assertTrue(limits.enter(InetAddress.ofLiteral(address), at(0)), address);
        }

        assertTrue(limits.enter(ONE, at(0)));
    }
}
