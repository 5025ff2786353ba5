package kat.proxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kat.nftables.Commands;
import kat.nftables.HostCommands;

/// A machine made of network namespaces: one is the machine, others are its pods, one is a
/// computer outside, 192.0.2.9, that the machine at 192.0.2.1 is connected to. In each runs a
/// [NamespaceAgent] on port 8080.
final class TestMachine {

    static final int PORT = 8080;

    private final HostCommands host = new HostCommands("");
    private final String prefix;
    private final Map<String, Agent> agents = new LinkedHashMap<>();

    private record Agent(Process process, BufferedReader output) {}

    static boolean isPossible() {
        HostCommands host = new HostCommands("");
        return Files.isWritable(Path.of("/proc/sys/net/ipv4/ip_forward"))
                && host.find("nft") != null
                && host.find("ip") != null;
    }

    /// @param name short; the namespaces are called `kat-test-NAME-…`
    TestMachine(String name) throws InterruptedException {
        prefix = "kat-test-" + name + "-";
        addNamespace("host");
        addNamespace("out");
        // A new namespace takes the machine's own setting over.
        commands().require("sh", "-c", "echo 0 > /proc/sys/net/ipv4/ip_forward");
        host.require(
                words("ip -n % link add eth0 type veth peer name eth0 netns %", "host", "out"));
        plug("host", "eth0", "192.0.2.1/24");
        plug("out", "eth0", "192.0.2.9/24");
        ip("host", "route add default via 192.0.2.9");
        startAgent("host");
        startAgent("out");
    }

    /// The programs of the machine, run inside it.
    Commands commands() {
        return host.inNetworkNamespace(prefix + "host");
    }

    /// Adds a pod as the CNI plugin `ptp` does.
    void addPod(String name, String address, String gateway) throws InterruptedException {
        addPod(name, address, gateway, List.of(PORT));
    }

    /// Adds a pod that listens on these ports.
    void addPod(String name, String address, String gateway, List<Integer> ports)
            throws InterruptedException {
        addNamespace(name);
        String device = "veth" + name;
        host.require(
                words(
                        "ip -n % link add " + device + " type veth peer name eth0 netns %",
                        "host",
                        name));
        plug("host", device, gateway + "/32");
        ip("host", "route add " + address + " dev " + device + " scope host");
        plug(name, "eth0", address + "/32");
        ip(name, "route add " + gateway + " dev eth0 scope link");
        ip(name, "route add default via " + gateway);
        startAgent(name, ports);
    }

    /// Adds a computer that is connected to nothing.
    void addComputer(String name) throws InterruptedException {
        addNamespace(name);
        startAgent(name);
    }

    /// The name by which `ip netns` knows a computer.
    String namespace(String name) {
        return prefix + name;
    }

    void ip(String namespace, String arguments) throws InterruptedException {
        host.require(words("ip -n % " + arguments, namespace));
    }

    /// Asks an agent to do something and gives its answer; see [NamespaceAgent].
    String ask(String name, String command) {
        Agent agent = Objects.requireNonNull(agents.get(name));
        try {
            var input = agent.process().getOutputStream();
            input.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
            return String.valueOf(agent.output().readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void plug(String namespace, String device, String address) throws InterruptedException {
        ip(namespace, "link set " + device + " up");
        ip(namespace, "addr add " + address + " dev " + device);
    }

    private void addNamespace(String name) throws InterruptedException {
        host.run("ip", "netns", "delete", prefix + name);
        host.require("ip", "netns", "add", prefix + name);
        ip(name, "link set lo up");
    }

    private void startAgent(String name) {
        startAgent(name, List.of(PORT));
    }

    private void startAgent(String name, List<Integer> ports) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", prefix + name));
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"));
        line.addAll(List.of("-cp", System.getProperty("java.class.path")));
        line.addAll(List.of(NamespaceAgent.class.getName(), name));
        ports.forEach(port -> line.add(String.valueOf(port)));
        try {
            Process process =
                    new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            BufferedReader output =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
            agents.put(name, new Agent(process, output));
            if (!"up".equals(output.readLine())) {
                throw new IOException("the agent of " + name + " did not start");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String[] words(String line, String... names) {
        String filled = line;
        for (String name : names) {
            filled = filled.replaceFirst("%", prefix + name);
        }
        return filled.split(" ");
    }

    void remove() throws InterruptedException {
        for (Map.Entry<String, Agent> agent : agents.entrySet()) {
            agent.getValue().process().destroyForcibly().waitFor();
            host.run("ip", "netns", "delete", prefix + agent.getKey());
        }
    }
}
