package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.base.testing.FakeTicker;
import kat.client.Informers;
import kat.cri.testing.FakeContainerRuntime;
import kat.cri.testing.FakeProgram;
import kat.kubelet.settings.NodeSettings;
import kat.kubelet.shutdown.ShutdownSignal;
import kat.kubelet.spec.HugePages;

/// A kubelet on a machine that is made up, with two processors and 4 GiB.
final class TestNode implements AutoCloseable {

    private static final int MOST_STEPS = 200;

    private static final HugePages LARGE = new HugePages(new TreeMap<>(Map.of(2L << 20, 64L)));

    static final MachineFacts FACTS =
            new MachineFacts(
                    2, 1L << 32, 1L << 40, "amd64", "6", "x", "m", "b", "s", false, false, LARGE);

    final FakeTicker ticker = new FakeTicker(NOW);
    final FakeApi api = new FakeApi();
    final Informers informers = new Informers(api, ticker);
    final FakeContainerRuntime runtime;
    final FakeRoom room = new FakeRoom();
    final FakeMounts mounts = new FakeMounts();
    final FakeDisks disks;
    final Kubelet kubelet;

    TestNode(Path home) {
        this(home, NodeSettings.USUAL, ShutdownSignal.NONE);
    }

    TestNode(Path home, FakeProgram program) {
        this(home, NodeSettings.USUAL, ShutdownSignal.NONE, program);
    }

    TestNode(Path home, NodeSettings settings, ShutdownSignal shutdown) {
        this(home, settings, shutdown, FakeProgram.FOREVER);
    }

    TestNode(Path home, MachineFacts facts) {
        this(home, NodeSettings.USUAL, ShutdownSignal.NONE, FakeProgram.FOREVER, facts);
    }

    private TestNode(
            Path home, NodeSettings settings, ShutdownSignal shutdown, FakeProgram program) {
        this(home, settings, shutdown, program, FACTS);
    }

    private TestNode(
            Path home,
            NodeSettings settings,
            ShutdownSignal shutdown,
            FakeProgram program,
            MachineFacts facts) {
        disks = new FakeDisks(mounts, home.resolve("devices"));
        runtime = new FakeContainerRuntime(ticker, program);
        runtime.images().present("nginx:1");
        kubelet =
                new Kubelet(
                        KubeletConfig.of("node-0", "192.0.2.1", home).withSettings(settings),
                        api,
                        informers,
                        runtime,
                        ticker,
                        new Kubelet.Machine(facts, mounts, disks, room, shutdown));
    }

    static boolean isReady(KubeObject pod) {
        return PodConditions.find(pod.status().array("conditions"), "Ready")
                .string("status")
                .equals("True");
    }

    /// Lets time pass in steps until the node's condition has this status.
    void passUntil(Duration step, String type, String status) throws InterruptedException {
        ObjectKey key = ObjectKey.of("", "node-0");
        for (int count = 0; count < MOST_STEPS; count++) {
            KubeObject node = api.find(Kinds.NODE, key);
            if (node != null
                    && PodConditions.find(node.status().array("conditions"), type)
                            .string("status")
                            .equals(status)) {
                return;
            }
            ticker.advance(step);
            api.awaitWrite();
        }
        throw new AssertionError(type + " never became " + status);
    }

    @Override
    public void close() {
        kubelet.close();
        informers.close();
    }
}
