package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;

import java.nio.file.Path;
import kat.api.KubeObject;
import kat.base.testing.FakeTicker;
import kat.client.Informers;
import kat.cri.testing.FakeContainerRuntime;
import kat.cri.testing.FakeProgram;

/// A kubelet on a machine that is made up, with two processors and 4 GiB.
final class TestNode implements AutoCloseable {

    static final MachineFacts FACTS =
            new MachineFacts(2, 1L << 32, 1L << 40, "amd64", "6", "x", "m", "b", "s", false);

    final FakeTicker ticker = new FakeTicker(NOW);
    final FakeApi api = new FakeApi();
    final Informers informers = new Informers(api, ticker);
    final FakeContainerRuntime runtime = new FakeContainerRuntime(ticker, FakeProgram.FOREVER);
    final Kubelet kubelet;

    TestNode(Path home) {
        runtime.images().present("nginx:1");
        kubelet =
                new Kubelet(
                        KubeletConfig.of("node-0", "192.0.2.1", home),
                        api,
                        informers,
                        runtime,
                        ticker,
                        new Kubelet.Machine(FACTS, new FakeMounts()));
    }

    static boolean isReady(KubeObject pod) {
        return PodConditions.find(pod.status().array("conditions"), "Ready")
                .string("status")
                .equals("True");
    }

    @Override
    public void close() {
        kubelet.close();
        informers.close();
    }
}
