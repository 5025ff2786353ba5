package kat.proxy.podnetwork;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import kat.nftables.CommandException;
import kat.nftables.IpRange;
import kat.nftables.testing.ScriptedCommands;
import org.junit.jupiter.api.Test;

class NetworkRangesTest {

    private static final String ROUTES =
            """
            default via 192.0.2.1 dev eth0
            192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.2
            local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1
            broadcast 192.0.2.255 dev eth0 table local proto kernel scope link src 192.0.2.2
            """;

    private final ScriptedCommands commands = new ScriptedCommands();

    @Test
    void takesTheCustomaryRangesWhereTheyAreFree() throws Exception {
        assertEquals(NetworkRanges.FIRST, choose(ROUTES));
        assertEquals("10.96.0.1", NetworkRanges.FIRST.apiAddress());
        assertEquals("10.96.0.10", NetworkRanges.FIRST.dnsAddress());
        assertEquals("10.244.0.0/24", NetworkRanges.FIRST.nodePods().toString());
    }

    @Test
    void leavesRangesOfRoutesAndOtherClustersAlone() throws Exception {
        assertEquals(
                NetworkRanges.of("10.97.0.0/16", "10.245.0.0/16"),
                choose(ROUTES + "10.244.3.0/24 via 192.0.2.7 dev eth0\n"));
        assertEquals(
                NetworkRanges.of("10.98.0.0/16", "10.246.0.0/16"),
                choose(
                        ROUTES + "unreachable 10.245.0.0/24\n",
                        NetworkRanges.FIRST.services(),
                        NetworkRanges.FIRST.pods()));
    }

    @Test
    void looksElsewhereWhereAllOfTenIsUsed() throws Exception {
        assertEquals(
                NetworkRanges.of("100.96.0.0/16", "100.112.0.0/16"),
                choose("10.0.0.0/8 dev tun0 scope link\n"));
    }

    @Test
    void saysThatNothingIsFree() {
        assertThrows(
                CommandException.class, () -> choose("10.0.0.0/8 dev a\n100.64.0.0/10 dev b\n"));
    }

    private NetworkRanges choose(String routes, IpRange... taken) throws InterruptedException {
        commands.answer("ip -4 route show table all", 0, routes);
        return NetworkRanges.choose(commands, List.of(taken));
    }
}
