package kat.nftables;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

@Tag("root")
class NftProgramTest extends NftablesContract {

    private static final String NAMESPACE = "kat-test-nft";

    private final HostCommands host = new HostCommands("");

    @BeforeEach
    void makesANamespace() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/proc/sys/net/ipv4/ip_forward")), "needs root");
        assumeTrue(host.find("nft") != null, "needs the program nft (package nftables)");
        host.run("ip", "netns", "delete", NAMESPACE);
        host.require("ip", "netns", "add", NAMESPACE);
    }

    @AfterEach
    void removesTheNamespace() throws Exception {
        host.run("ip", "netns", "delete", NAMESPACE);
    }

    @Override
    Nftables nftables() {
        return new NftProgram(host.inNetworkNamespace(NAMESPACE));
    }
}
