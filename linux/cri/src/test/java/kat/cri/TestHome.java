package kat.cri;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A folder for a private containerd and a pod network of its own, for tests.
record TestHome(Path path) {

    /// Names another containerd to test with, such as a newer one unpacked from its package.
    private static final String PROGRAM = "KAT_TEST_CONTAINERD";

    private static final Path PLUGINS = Path.of("/usr/lib/cni");

    /// Skips the test where it cannot run, and says why.
    static TestHome require() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "running containers needs root");
        assumeTrue(
                Files.exists(Path.of("/usr/bin/containerd")),
                "containerd is missing: apt-get install containerd runc");
        assumeTrue(
                Files.exists(PLUGINS.resolve("ptp")),
                "CNI plug-ins are missing: apt-get install containernetworking-plugins");
        assumeTrue(
                Files.exists(TestImage.BUSYBOX),
                "busybox is missing: apt-get install busybox-static");
        TestHome home = new TestHome(Files.createTempDirectory("kat-cri-"));
        Files.createDirectories(home.cni());
        Files.writeString(home.cni().resolve("10-test.conflist"), home.network());
        return home;
    }

    ContainerdConfig config() {
        ContainerdConfig config =
                ContainerdConfig.of(path.resolve("containerd")).withCni(cni(), PLUGINS);
        String program = System.getenv(PROGRAM);
        return program == null ? config : config.withProgram(program);
    }

    void remove() throws IOException {
        Host.deleteTree(path);
    }

    private Path cni() {
        return path.resolve("cni");
    }

    private String network() {
        return """
        {"cniVersion": "0.4.0", "name": "kat-cri-test", "plugins": [
          {"type": "ptp", "ipMasq": false, "ipam": {"type": "host-local", "dataDir": "%s",
            "ranges": [[{"subnet": "10.231.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
          {"type": "portmap", "capabilities": {"portMappings": true}}]}
        """
                .formatted(path.resolve("ipam"));
    }
}
