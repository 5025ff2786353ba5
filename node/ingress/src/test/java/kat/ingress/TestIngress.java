package kat.ingress;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.client.Informers;
import kat.ingress.proxy.FrontConfig;
import kat.ingress.route.Certificate;

/// An Ingress controller on free ports over objects that a test puts.
public final class TestIngress implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Ticker ticker = new SystemTicker();
    private final RecordingTransport api = new RecordingTransport();
    private final Informers informers = new Informers(api, ticker);
    private final IngressController controller;
    private boolean isServing;

    public TestIngress() throws Exception {
        this(FrontConfig.defaults(2));
    }

    public TestIngress(FrontConfig front) throws Exception {
        this(front, new SystemResolver());
    }

    TestIngress(FrontConfig front, Resolver resolver) throws Exception {
        this(front, resolver, List.of());
    }

    /// @param also further addresses to listen on
    TestIngress(FrontConfig front, Resolver resolver, List<String> also) throws Exception {
        Certificate fallback = TestCertificates.of("fallback");
        controller =
                new IngressController(
                        new IngressConfig(
                                List.of("127.0.0.1"), also, List.of(0), List.of(0), front),
                        api,
                        informers,
                        () -> fallback,
                        resolver,
                        ticker,
                        Randomness.seeded(7));
        api.put(Kinds.INGRESS_CLASS, IngressObjects.ingressClass());
        controller.start();
    }

    public RecordingTransport api() {
        return api;
    }

    public IngressController controller() {
        return controller;
    }

    public TestIngress put(KubeObject... objects) {
        for (KubeObject object : objects) {
            switch (object.kind()) {
                case "Ingress" -> api.put(Kinds.INGRESS, object);
                case "Service" -> api.put(Kinds.SERVICE, object);
                case "EndpointSlice" -> api.put(Kinds.ENDPOINT_SLICE, object);
                case "Secret" -> api.put(Kinds.SECRET, object);
                case "ConfigMap" -> api.put(Kinds.CONFIG_MAP, object);
                default -> throw new IllegalArgumentException(object.kind());
            }
        }
        return this;
    }

    /// Waits until Ingress listens and has its first table.
    public int port() throws Exception {
        if (!isServing) {
            await(() -> controller.httpPort() != 0 && controller.awaitInstalled(PATIENCE));
            isServing = true;
        }
        return controller.httpPort();
    }

    /// Waits until what is asked holds.
    public static void await(Callable<Boolean> holds) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.call()) {
            assertTrue(System.nanoTime() < end, "did not become so in time");
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        controller.close();
        informers.close();
    }
}
