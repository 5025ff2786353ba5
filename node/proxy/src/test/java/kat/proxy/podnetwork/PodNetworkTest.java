package kat.proxy.podnetwork;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import kat.nftables.Change;
import kat.nftables.CommandException;
import kat.nftables.IpRange;
import kat.nftables.Transaction;
import kat.nftables.testing.FakeNftables;
import kat.nftables.testing.ScriptedCommands;
import kat.proxy.NetworkConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodNetworkTest {

    private static final String FORWARDING = "cat /proc/sys/net/ipv4/ip_forward";
    private static final String SWITCH = "sh -c echo 0 > /proc/sys/net/ipv4/ip_forward";

    @TempDir Path folder;
    private final ScriptedCommands commands = new ScriptedCommands();
    private final FakeNftables nftables = new FakeNftables();
    private final Set<String> withContainers = new HashSet<>();
    private HostClaims claims;

    @BeforeEach
    void laysTheMachineOut() {
        claims = new HostClaims(folder.resolve("run"), withContainers::contains);
        commands.answer(FORWARDING, 0, "0\n");
        commands.answer("ip -4 route show default", 0, "default via 192.0.2.1 dev eth0\n");
        commands.answer("cat /sys/class/net/eth0/mtu", 0, "1400\n");
        commands.answer("cat /proc/sys/kernel/random/boot_id", 0, "first\n");
    }

    @Test
    void writesAConfigurationWithTheMachinesMtu() throws Exception {
        network("a", 96, 244).setUp();

        String text = Files.readString(folder.resolve("a/net.d/10-kat.conflist"));
        assertTrue(text.contains("\"mtu\":1400"), text);
        assertTrue(text.contains("\"gateway\":\"10.244.0.1\""), text);
        assertTrue(text.contains("\"cniVersion\":\"0.4.0\""), text);
    }

    @Test
    void forgetsAddressesThatWereGivenOutBeforeAReboot() throws Exception {
        network("a", 96, 244).setUp();
        Path given = folder.resolve("a/addresses/kat-a/10.244.0.2");
        Files.createDirectories(given.getParent());
        Files.writeString(given, "id");

        network("a", 96, 244).setUp();
        assertTrue(Files.exists(given));

        commands.answer("cat /proc/sys/kernel/random/boot_id", 0, "second\n");
        network("a", 96, 244).setUp();
        assertFalse(Files.exists(given));
    }

    @Test
    void restoresForwardingWhenTheLastClusterGoes() throws Exception {
        PodNetwork first = network("a", 96, 244);
        PodNetwork second = network("b", 97, 245);
        first.setUp();
        commands.answer(FORWARDING, 0, "1\n");
        second.setUp();
        assertEquals(
                List.of("10.97.0.0/16", "10.245.0.0/16"),
                claims().rangesOfOthers("a").stream().map(IpRange::toString).toList());

        first.remove();
        assertFalse(commands.ran().contains(SWITCH));
        second.remove();

        assertTrue(commands.ran().contains(SWITCH));
        assertFalse(Files.exists(folder.resolve("run")));
    }

    @Test
    void leavesForwardingOnWhereOthersHaveRules() throws Exception {
        nftables.apply(new Transaction("nat", List.of(new Change.ReplaceTable())));
        PodNetwork network = network("a", 96, 244);
        network.setUp();

        network.remove();

        assertFalse(commands.ran().contains(SWITCH));
    }

    @Test
    void namesWhatIsWrongAndWhatToDo() throws Exception {
        commands.answer("nft -a list chain ip filter FORWARD", 0, "chain FORWARD { policy drop; }");

        List<String> problems = network("a", 96, 244).check();

        assertEquals(3, problems.size());
        assertTrue(problems.stream().allMatch(p -> p.contains("run kat")), problems.toString());
    }

    @Test
    void refusesAddressesThatAnotherClusterTookInTheSameMoment() throws Exception {
        network("a", 96, 244).setUp();

        CommandException refused =
                assertThrows(CommandException.class, () -> network("b", 96, 245).setUp());

        assertTrue(
                refused.getMessage().startsWith("the addresses 10.96.0.0/16 are those of another"),
                refused.getMessage());
        network("b", 97, 245).setUp();
        network("a", 96, 244).setUp();
    }

    @Test
    void takesNothingAwayFromAClusterThatWasFirst() throws Exception {
        network("a", 96, 244).setUp();
        int before = commands.ran().size();

        network("b", 96, 244).remove();

        assertEquals(before, commands.ran().size());
    }

    @Test
    void refusesTheNameOfAClusterOfAnotherHome() throws Exception {
        network("a", 96, 244).setUp();

        PodNetwork namesake = network("a", 97, 245, folder.resolve("elsewhere"));
        CommandException refused = assertThrows(CommandException.class, namesake::setUp);

        assertTrue(
                refused.getMessage().startsWith("a cluster a of another home is up"),
                refused.getMessage());
        assertTrue(
                refused.getMessage()
                        .endsWith(
                                "; choose another name with --name, or end that one with kat"
                                        + " down"),
                refused.getMessage());
    }

    @Test
    void refusesTheNameOfAClusterWhoseContainersOutliveItsServer() throws Exception {
        network("a", 96, 244).setUp();
        claims.letGo("a");
        withContainers.add("a");

        PodNetwork namesake = network("a", 97, 245, folder.resolve("elsewhere"));
        CommandException refused = assertThrows(CommandException.class, namesake::setUp);

        assertTrue(
                refused.getMessage()
                        .startsWith(
                                "a cluster a of another home runs containers on this machine,"
                                        + " though its server is gone ("),
                refused.getMessage());
        assertTrue(namesake.isNamesake());
    }

    @Test
    void takesThePlaceOfAClusterThatIsGoneAndClearsItAway() throws Exception {
        network("a", 96, 244).setUp();
        nftables.apply(new Transaction("kat-a", List.of(new Change.ReplaceTable())));
        commands.answer(
                "ip -4 route show root 10.244.0.0/24",
                0,
                "10.244.0.2 dev veth12 src 10.244.0.1\nunreachable 10.244.0.0/24\n");
        claims.letGo("a");
        int before = commands.ran().size();

        PodNetwork namesake = network("a", 97, 245, folder.resolve("elsewhere"));
        assertFalse(namesake.isNamesake());
        namesake.setUp();

        List<String> ran = commands.ran().subList(before, commands.ran().size());
        assertTrue(ran.contains("ip link delete veth12"), ran::toString);
        assertTrue(ran.contains("ip route delete 10.96.0.0/16 dev lo"), ran::toString);
        assertTrue(ran.contains("ip addr delete 10.244.0.1/32 dev lo"), ran::toString);
        assertTrue(ran.contains("ip addr replace 10.245.0.1/32 dev lo"), ran::toString);
        assertEquals(List.of(), nftables.readTables());
        assertTrue(network("a", 96, 244).isNamesake(), "the one that was gone comes back");
    }

    @Test
    void takesTheAddressesOfAClusterThatIsGone() throws Exception {
        network("a", 96, 244).setUp();
        claims.letGo("a");

        network("b", 96, 245).setUp();

        assertEquals(
                List.of("10.96.0.0/16", "10.245.0.0/16"),
                claims.rangesOfOthers("c").stream().map(IpRange::toString).toList());
        assertThrows(CommandException.class, network("a", 96, 244)::setUp);
    }

    @Test
    void comesBackAfterItsServerWasKilled() throws Exception {
        network("a", 96, 244).setUp();
        claims.letGo("a");
        withContainers.add("a");

        network("a", 96, 244).setUp();

        assertTrue(network("a", 97, 245, folder.resolve("elsewhere")).isNamesake());
    }

    @Test
    void isANamesakeByTheNameAndNotByTheAddresses() throws Exception {
        PodNetwork first = network("a", 96, 244);
        first.setUp();

        assertTrue(network("a", 97, 245, folder.resolve("elsewhere")).isNamesake());
        PodNetwork overlapping = network("b", 96, 244);
        assertTrue(overlapping.isOfAnother(0));
        assertFalse(overlapping.isNamesake());
        assertFalse(first.isNamesake());
    }

    @Test
    void changesNothingWhereTheAddressesOfTheSecondFamilyAreTaken() throws Exception {
        dual("b", 97, 245).setUp();
        int before = commands.ran().size();
        PodNetwork refused = dual("a", 96, 244);

        CommandException why = assertThrows(CommandException.class, refused::setUp);

        assertTrue(
                why.getMessage().startsWith("the addresses fd00:1::/112 are those of another"),
                why.getMessage());
        assertEquals(before, commands.ran().size());
        assertFalse(Files.exists(folder.resolve("a")));
        assertEquals(
                List.of("10.97.0.0/16", "10.245.0.0/16"),
                claims().rangesOfOthers("c").stream().map(IpRange::toString).toList());
        assertFalse(refused.isOfAnother(0));
        assertTrue(refused.isOfAnother(1));
    }

    @Test
    void takesAwayNothingOfTheClusterThatHasTheSecondFamily() throws Exception {
        PodNetwork first = six("b");
        first.setUp();
        int before = commands.ran().size();

        dual("a", 96, 244).remove();

        List<String> ran = commands.ran();
        List<String> later = ran.subList(before, ran.size());
        assertTrue(later.contains("ip addr delete 10.244.0.1/32 dev lo"), later::toString);
        assertTrue(later.stream().noneMatch(line -> line.contains("fd00:")), later::toString);
        assertTrue(later.stream().noneMatch(line -> line.startsWith("sh ")), later::toString);
        assertFalse(first.isOfAnother(0));
        assertTrue(dual("a", 96, 244).isOfAnother(1));
    }

    @Test
    void takesTheAddressesOfAClusterWhoseFolderIsGone() throws Exception {
        Path gone = folder.resolve("gone");
        network("a", 96, 244, gone).setUp();
        delete(gone);

        network("b", 96, 244).setUp();

        assertEquals(2, claims().rangesOfOthers("c").stream().distinct().count());
    }

    @Test
    void restoresForwardingThoughAClusterBeforeWasRemovedByHand() throws Exception {
        Path gone = folder.resolve("gone");
        network("a", 96, 244, gone).setUp();
        delete(gone);
        commands.answer(FORWARDING, 0, "1\n");
        PodNetwork last = network("b", 97, 245);
        last.setUp();

        last.remove();

        assertTrue(commands.ran().contains(SWITCH), () -> commands.ran().toString());
        assertFalse(Files.exists(folder.resolve("run")));
    }

    @Test
    void makesForEachFamilyWhatItsPodsNeed() throws Exception {
        commands.answer("cat /proc/sys/net/ipv6/conf/all/forwarding", 0, "0\n");
        commands.answer(
                "ip -6 route show default",
                0,
                "default via fe80::1 dev eth0 proto ra metric 1024\n");
        commands.answer("cat /proc/sys/net/ipv6/conf/eth0/accept_ra", 0, "1\n");
        PodNetwork network = dual("a", 96, 244);

        network.setUp();
        String text = Files.readString(folder.resolve("a/net.d/10-kat.conflist"));
        List<String> made = List.copyOf(commands.ran());
        network.remove();

        assertTrue(text.contains("\"subnet\":\"fd00:2::/64\""), text);
        assertTrue(text.contains("{\"dst\":\"0.0.0.0/0\"},{\"dst\":\"::/0\"}"), text);
        String keep = "sh -c echo 2 > /proc/sys/net/ipv6/conf/eth0/accept_ra";
        String forward = "sh -c echo 1 > /proc/sys/net/ipv6/conf/all/forwarding";
        assertTrue(made.contains(keep), made::toString);
        assertTrue(made.indexOf(forward) > made.indexOf(keep), made::toString);
        assertTrue(made.contains("ip -6 addr replace fd00:2::1/128 dev lo"), made::toString);
        assertTrue(made.contains("ip addr replace 10.244.0.1/32 dev lo"), made::toString);
        assertTrue(
                made.contains("ip -6 route replace fd00:1::/112 dev lo src fd00:2::1"),
                made::toString);
        assertTrue(
                commands.ran().contains("sh -c echo 0 > /proc/sys/net/ipv6/conf/all/forwarding"),
                () -> commands.ran().toString());
        assertFalse(Files.exists(folder.resolve("run")));
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private PodNetwork dual(String name, int services, int pods) {
        return new PodNetwork(
                List.of(config(name, services, pods), configOfSix(name)),
                commands,
                List.of(nftables, new FakeNftables()),
                claims(),
                folder.resolve(name));
    }

    private PodNetwork six(String name) {
        return new PodNetwork(
                configOfSix(name), commands, new FakeNftables(), claims(), folder.resolve(name));
    }

    private static NetworkConfig configOfSix(String name) {
        return new NetworkConfig(
                name,
                "node",
                IpRange.parse("fd00:1::/112"),
                IpRange.parse("fd00:2::/56"),
                IpRange.parse("fd00:2::/64"),
                List.of());
    }

    private PodNetwork network(String name, int services, int pods) {
        return network(name, services, pods, folder.resolve(name));
    }

    private PodNetwork network(String name, int services, int pods, Path owner) {
        NetworkConfig config = config(name, services, pods);
        return new PodNetwork(config, commands, nftables, claims(), owner);
    }

    private static NetworkConfig config(String name, int services, int pods) {
        return new NetworkConfig(
                name,
                "node",
                IpRange.parse("10." + services + ".0.0/16"),
                IpRange.parse("10." + pods + ".0.0/16"),
                IpRange.parse("10." + pods + ".0.0/24"),
                List.of());
    }

    private HostClaims claims() {
        return claims;
    }
}
