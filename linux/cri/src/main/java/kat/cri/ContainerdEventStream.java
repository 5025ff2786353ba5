package kat.cri;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kat.base.Ticker;
import kat.cri.grpc.ContainerdEvents.Envelope;
import kat.cri.grpc.ContainerdEvents.SubscribeRequest;
import kat.cri.grpc.ContainerdTaskEvents.ContainerDelete;
import kat.cri.grpc.ContainerdTaskEvents.TaskCreate;
import kat.cri.grpc.ContainerdTaskEvents.TaskExit;
import kat.cri.grpc.ContainerdTaskEvents.TaskOOM;
import kat.cri.grpc.ContainerdTaskEvents.TaskStart;
import kat.cri.grpc.EventsGrpc;
import org.jspecify.annotations.Nullable;

/// containerd's own event service (`containerd.services.events.v1`), narrowed to tasks of CRI's
/// namespace. containerd 1.6 has CRI's `GetContainerEvents` as a stub only.
///
/// An exit is published by the shim before CRI has written it down, so each [RuntimeEvent.Exited]
/// waits, on a virtual thread of its own, until status tells of it too.
final class ContainerdEventStream implements RuntimeEvents {

    private static final System.Logger LOG =
            System.getLogger(ContainerdEventStream.class.getName());

    /// Pause between a broken subscription and the next.
    private static final Duration RETRY = Duration.ofMillis(200);

    private static final String TASKS =
            "namespace==\"k8s.io\",topic~=\"^/tasks/(create|start|exit|oom)$\"";
    private static final String REMOVED = "namespace==\"k8s.io\",topic==\"/containers/delete\"";

    private final CriChannel channel;
    private final ContainerRuntime runtime;
    private final Ticker ticker;
    private final ConfirmedEnds ends;
    private final Consumer<ContainerdEventStream> onClose;
    private final BlockingQueue<RuntimeEvent> waiting =
            new LinkedBlockingQueue<>(MAX_WAITING_EVENTS);
    private final AtomicBoolean closed = new AtomicBoolean();

    /// Whether the present break was logged.
    private final AtomicBoolean broken = new AtomicBoolean();

    /// The subscription in force; guarded by this.
    private @Nullable ClientCall<SubscribeRequest, Envelope> call;

    /// @param onClose told when the subscription ends
    ContainerdEventStream(
            CriChannel channel,
            ContainerRuntime runtime,
            Ticker ticker,
            Consumer<ContainerdEventStream> onClose) {
        this.onClose = onClose;
        this.channel = channel;
        this.runtime = runtime;
        this.ticker = ticker;
        this.ends = new ConfirmedEnds(runtime, ticker);
    }

    void start() {
        subscribe();
    }

    @Override
    public Optional<RuntimeEvent> next(Duration timeout) throws InterruptedException {
        if (closed.get()) {
            return Optional.empty();
        }
        RuntimeEvent event = waiting.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        return closed.get() ? Optional.empty() : Optional.ofNullable(event);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        ClientCall<SubscribeRequest, Envelope> open;
        synchronized (this) {
            open = call;
        }
        onClose.accept(this);
        if (open != null) {
            open.cancel("the subscription was closed", null);
        }
        waiting.clear();
        var _ = waiting.offer(new RuntimeEvent.Resync(ticker.now()));
    }

    private void subscribe() {
        if (closed.get()) {
            return;
        }
        ClientCall<SubscribeRequest, Envelope> next =
                channel.grpc().newCall(EventsGrpc.getSubscribeMethod(), CallOptions.DEFAULT);
        synchronized (this) {
            call = next;
        }
        next.start(new Subscription(next), new Metadata());
        next.sendMessage(
                SubscribeRequest.newBuilder().addAllFilters(List.of(TASKS, REMOVED)).build());
        next.halfClose();
        next.request(1);
        if (closed.get()) {
            next.cancel("the subscription was closed", null);
            return;
        }
        try {
            runtime.version();
            broken.set(false);
            connected();
        } catch (ContainerRuntimeException e) {
            // the subscription broke off too, and what takes note of that tries again
            LOG.log(System.Logger.Level.DEBUG, "runtime does not answer code={0}", e.code());
        }
    }

    /// containerd gives no sign that a subscription stands. An answer that came after it on the
    /// same connection is the next best; the second event covers what is left of the doubt.
    private void connected() {
        offer(new RuntimeEvent.Resync(ticker.now()));
        ticker.schedule(RETRY, () -> offer(new RuntimeEvent.Resync(ticker.now())));
    }

    private void offer(RuntimeEvent event) {
        if (!waiting.offer(event)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "runtime events dropped waiting={0}",
                    waiting.size());
            waiting.clear();
            var _ = waiting.offer(new RuntimeEvent.Resync(event.at()));
        }
    }

    private void take(Envelope envelope) throws InvalidProtocolBufferException {
        Instant at = instant(envelope.getTimestamp());
        switch (envelope.getTopic()) {
            case "/tasks/create" ->
                    offer(
                            new RuntimeEvent.Created(
                                    TaskCreate.parseFrom(envelope.getEvent().getValue())
                                            .getContainerId(),
                                    at));
            case "/tasks/start" ->
                    offer(
                            new RuntimeEvent.Started(
                                    TaskStart.parseFrom(envelope.getEvent().getValue())
                                            .getContainerId(),
                                    at));
            case "/tasks/exit" -> exited(TaskExit.parseFrom(envelope.getEvent().getValue()));
            case "/tasks/oom" ->
                    offer(
                            new RuntimeEvent.OutOfMemory(
                                    TaskOOM.parseFrom(envelope.getEvent().getValue())
                                            .getContainerId(),
                                    at));
            case "/containers/delete" ->
                    offer(
                            new RuntimeEvent.Deleted(
                                    ContainerDelete.parseFrom(envelope.getEvent().getValue())
                                            .getId(),
                                    at));
            default -> LOG.log(System.Logger.Level.DEBUG, "other event {0}", envelope.getTopic());
        }
    }

    private void exited(TaskExit exit) {
        if (!exit.getId().equals(exit.getContainerId())) {
            return; // a command run inside the container, not the container
        }
        RuntimeEvent event =
                new RuntimeEvent.Exited(
                        exit.getContainerId(), exit.getExitStatus(), instant(exit.getExitedAt()));
        Thread.ofVirtual()
                .name("kat-cri-exit")
                .start(
                        () -> {
                            ends.await(exit.getContainerId(), closed::get);
                            offer(event);
                        });
    }

    private static Instant instant(Timestamp from) {
        return Instant.ofEpochSecond(from.getSeconds(), from.getNanos());
    }

    private final class Subscription extends ClientCall.Listener<Envelope> {

        private final ClientCall<SubscribeRequest, Envelope> of;

        Subscription(ClientCall<SubscribeRequest, Envelope> of) {
            this.of = of;
        }

        @Override
        public void onMessage(Envelope envelope) {
            try {
                take(envelope);
            } catch (InvalidProtocolBufferException e) {
                LOG.log(System.Logger.Level.WARNING, "event not readable", e);
                offer(new RuntimeEvent.Resync(ticker.now()));
            }
            of.request(1);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (closed.get()) {
                return;
            }
            if (broken.compareAndSet(false, true)) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "runtime events broke off, subscribing again code={0} reason={1}",
                        status.getCode(),
                        status.getDescription());
            }
            ticker.schedule(
                    RETRY, () -> Thread.ofVirtual().start(ContainerdEventStream.this::subscribe));
        }
    }
}
