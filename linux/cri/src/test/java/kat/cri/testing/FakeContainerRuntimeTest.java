package kat.cri.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.base.testing.FakeTicker;
import kat.cri.ContainerConfig;
import kat.cri.ContainerMetadata;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerRuntimeContract;
import kat.cri.ContainerRuntimeException;
import kat.cri.ContainerState;
import kat.cri.PodSandboxConfig;
import kat.cri.PodSandboxMetadata;
import org.junit.jupiter.api.Test;

class FakeContainerRuntimeTest extends ContainerRuntimeContract {

    private final FakeTicker ticker = new FakeTicker(Instant.EPOCH);
    private final FakeContainerRuntime runtime = new FakeContainerRuntime(ticker, new Shell());
    private int names;

    FakeContainerRuntimeTest() {
        runtime.images().present("kat.local/test/busybox:1");
    }

    /// Understands what the contract runs.
    private static final class Shell implements FakeProgram {

        @Override
        public int exec(
                List<String> command, InputStream stdin, OutputStream stdout, OutputStream stderr)
                throws IOException {
            if (command.getFirst().equals("cat")) {
                stdin.transferTo(stdout);
                return 0;
            }
            stdout.write("out\n".getBytes(StandardCharsets.UTF_8));
            stderr.write("err\n".getBytes(StandardCharsets.UTF_8));
            return 3;
        }

        @Override
        public Course run(ContainerConfig config) {
            return switch (config.metadata().name()) {
                case "short" -> Course.exits(Duration.ofSeconds(5), 2);
                case "broken" -> Course.cannotStart("no such file");
                default -> Course.FOREVER;
            };
        }
    }

    @Override
    protected ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    protected String uniqueName() {
        names++;
        return "pod-" + names;
    }

    @Override
    protected String logDirectory() {
        return "/logs";
    }

    private String create(String name) {
        PodSandboxConfig pod =
                PodSandboxConfig.of(new PodSandboxMetadata(name, name, "default", 0));
        String sandbox = runtime.runPodSandbox(pod);
        return runtime.createContainer(
                sandbox,
                ContainerConfig.of(new ContainerMetadata(name, 0), "kat.local/test/busybox:1"),
                pod);
    }

    @Test
    void endsAContainerWhenItsTimeHasCome() {
        String id = create("short");
        runtime.startContainer(id);

        ticker.advance(Duration.ofSeconds(4));
        ContainerState before = runtime.containerStatus(id).state();
        ticker.advance(Duration.ofSeconds(1));

        assertEquals(ContainerState.RUNNING, before);
        assertEquals(2, runtime.containerStatus(id).exitCode());
    }

    @Test
    void failsToStartWithTheWordsOfTheProgram() {
        String id = create("broken");

        ContainerRuntimeException failure =
                assertThrows(ContainerRuntimeException.class, () -> runtime.startContainer(id));

        assertEquals("no such file", failure.description());
        assertEquals(128, runtime.containerStatus(id).exitCode());
    }

    @Test
    void failsOnceWhenToldTo() {
        runtime.failNext(
                "createContainer", ContainerRuntimeException.Code.UNAVAILABLE, "gone for now");

        assertThrows(ContainerRuntimeException.class, () -> create("first"));
        create("second");
    }
}
