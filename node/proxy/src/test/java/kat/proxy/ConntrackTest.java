package kat.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.TreeSet;
import kat.nftables.IpFamily;
import kat.nftables.testing.ScriptedCommands;
import kat.proxy.Fragment.UdpFlow;
import org.junit.jupiter.api.Test;

class ConntrackTest {

    private final ScriptedCommands commands = new ScriptedCommands();
    private final Conntrack conntrack = new Conntrack(commands, IpFamily.IPV4);

    @Test
    void deletesFlowsOneByOne() throws Exception {
        conntrack.delete(new TreeSet<>(List.of(new UdpFlow("", 30053, "10.244.0.5"))));

        assertEquals(
                List.of("conntrack -D -p udp --orig-port-dst 30053 --dst-nat 10.244.0.5"),
                commands.ran());
    }

    @Test
    void deletesAllFlowsOfAFrontEndWhereThereAreMany() throws Exception {
        TreeSet<UdpFlow> flows = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            flows.add(new UdpFlow("10.96.0.10", 53, "10.244.0." + i));
        }

        conntrack.delete(flows);

        assertEquals(
                List.of("conntrack -D -p udp --orig-dst 10.96.0.10 --orig-port-dst 53"),
                commands.ran());
    }

    @Test
    void goesOnWhereTheProgramIsMissing() throws Exception {
        commands.answer("conntrack", 127, "not installed");

        conntrack.delete(new TreeSet<>(List.of(new UdpFlow("", 1, ""), new UdpFlow("", 2, ""))));

        assertEquals(2, commands.ran().size());
    }
}
