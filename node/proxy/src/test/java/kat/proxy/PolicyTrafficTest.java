package kat.proxy;

import static kat.proxy.ProxyFixtures.CONFIG;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import kat.nftables.NftProgram;
import kat.nftables.Transaction;
import kat.proxy.podnetwork.HostClaims;
import kat.proxy.podnetwork.PodNetwork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// The contract, judged by the kernel: real packets between network namespaces.
@Tag("root")
class PolicyTrafficTest extends PolicyContract {

    @TempDir static Path folder;
    private static TestMachine machine;
    private static NftProgram nftables;

    @BeforeAll
    static void makesAMachine() throws Exception {
        assumeTrue(TestMachine.isPossible(), "needs root, ip and nft");
        machine = new TestMachine("pol");
        nftables = new NftProgram(machine.commands());
        new PodNetwork(
                        CONFIG,
                        machine.commands(),
                        nftables,
                        new HostClaims(folder.resolve("run"), _ -> true),
                        folder.resolve("net"))
                .setUp();
        for (String pod : PolicyCase.PODS) {
            machine.addPod(
                    computer(pod), PolicyCase.address(pod), CONFIG.gateway(), PolicyCase.PORTS);
        }
    }

    @AfterAll
    static void removesTheMachine() throws Exception {
        if (machine != null) {
            machine.remove();
        }
    }

    @Override
    void apply(Transaction transaction) throws Exception {
        nftables.apply(transaction);
    }

    /// All pods ask all others at the same time.
    @Override
    Set<String> refused(String protocol, int port) throws Exception {
        String targets =
                PolicyCase.PODS.stream().map(PolicyCase::address).collect(Collectors.joining(","));
        Map<String, FutureTask<String>> asking = new LinkedHashMap<>();
        for (String pod : PolicyCase.PODS) {
            FutureTask<String> task =
                    new FutureTask<>(
                            () ->
                                    machine.ask(
                                            computer(pod),
                                            "reach " + targets + " " + protocol + " " + port));
            asking.put(pod, task);
            Thread.ofVirtual().start(task);
        }
        TreeSet<String> refused = new TreeSet<>();
        for (Map.Entry<String, FutureTask<String>> one : asking.entrySet()) {
            List<String> answers = new ArrayList<>(List.of(one.getValue().get().split(" ", -1)));
            for (int i = 0; i < answers.size(); i++) {
                if (!answers.get(i).equals("yes")) {
                    refused.add(one.getKey() + " > " + PolicyCase.PODS.get(i));
                }
            }
        }
        return refused;
    }

    private static String computer(String pod) {
        return pod.replace("/", "");
    }
}
