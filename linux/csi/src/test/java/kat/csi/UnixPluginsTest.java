package kat.csi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;
import kat.csi.testing.Call;
import kat.csi.testing.Placement;
import kat.csi.testing.TestDriver;
import org.junit.jupiter.api.Test;

/// Plug-ins over gRPC on real sockets.
class UnixPluginsTest extends PluginsContract {

    private Behind behind(TestDriver driver, Path registry) {
        UnixPlugins plugins = new UnixPlugins(folder);
        return new Behind() {

            @Override
            public Plugins plugins() {
                return plugins;
            }

            @Override
            public Path registration() {
                return driver.registration(registry);
            }

            @Override
            public Path endpoint() {
                return driver.socket();
            }

            @Override
            public void fail(String method, CsiException.Code code, String words) {
                driver.fail(method, code.name(), words);
            }

            @Override
            public List<Call> calls() {
                return driver.calls();
            }

            @Override
            public String verdict() throws InterruptedException {
                return driver.awaitVerdict();
            }

            @Override
            public void close() {
                plugins.close();
                driver.close();
            }
        };
    }

    @Override
    protected Behind start(TestDriver.Options options, Path home) throws Exception {
        TestDriver driver = new TestDriver(options, Placement.folders());
        driver.start(home.resolve("r"));
        return behind(driver, home.resolve("r"));
    }

    @Test
    void aDriverThatComesBackIsReachedThroughTheSameConnection() throws Exception {
        TestDriver.Options options = plain();
        TestDriver first = new TestDriver(options, Placement.folders());
        first.start(folder.resolve("s"));
        try (UnixPlugins plugins = new UnixPlugins(folder);
                NodePlugin node = plugins.connect(first.socket())) {
            assertEquals(options.facts(), node.info());

            first.close();
            try (TestDriver second = new TestDriver(options, Placement.folders())) {
                second.start(folder.resolve("s"));

                assertEquals(options.facts(), patiently(node));
            }
        }
    }

    @Test
    void aDriverIsReachedWhosePathIsTooLongForAnAddress() throws Exception {
        Path deep = Files.createDirectories(folder.resolve("deep".repeat(30)));
        try (TestDriver driver = new TestDriver(plain(), Placement.folders());
                UnixPlugins plugins = UnixPlugins.of(folder)) {
            driver.start(folder.resolve("s"));
            Path socket = Files.move(driver.socket(), deep.resolve("csi.sock"));

            try (NodePlugin node = plugins.connect(socket)) {
                assertEquals(plain().facts(), node.info());
                assertTrue(hasLink(), "the link lies in the folder of its own");
            }
        }
    }

    private boolean hasLink() throws IOException {
        try (DirectoryStream<Path> links = Files.newDirectoryStream(folder, "kat-csi-*")) {
            return links.iterator().hasNext();
        }
    }

    private TestDriver.Options plain() {
        return new TestDriver.Options(
                "disk.example.com",
                folder.resolve("e"),
                "",
                List.of("1.0.0"),
                EnumSet.of(NodeCapability.GET_VOLUME_STATS),
                new NodeFacts("the-node", 0, new TreeMap<>()));
    }

    /// The break may be noticed only by the first call after it.
    private static NodeFacts patiently(NodePlugin node) {
        try {
            return node.info();
        } catch (CsiException e) {
            assertEquals(CsiException.Code.UNAVAILABLE, e.code());
            return node.info();
        }
    }

    @Test
    void everyFaultOfGrpcHasAName() {
        for (Status.Code code : Status.Code.values()) {
            assertNotNull(CsiException.Code.valueOf(code.name()));
        }
    }
}
