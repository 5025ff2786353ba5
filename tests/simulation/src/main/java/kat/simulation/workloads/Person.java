package kat.simulation.workloads;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.Randomness;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.simulation.world.SimulatedProcess;
import org.jspecify.annotations.Nullable;

/// Somebody with a kubectl and much patience.
///
/// **Threads:** one.
public final class Person {

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String UNSERVED = "the server could not find the requested resource";
    private static final WriteOptions WRITE = WriteOptions.by("kubectl");

    private final SimulatedProcess process;
    private final Transport transport;
    private final Randomness chance;

    public Person(SimulatedProcess process, Transport transport, Randomness chance) {
        this.process = process;
        this.transport = transport;
        this.chance = chance;
    }

    /// Waits a random time.
    public void idle(Duration atMost) throws InterruptedException {
        process.sleep(Duration.ofMillis(1 + chance.nextInt((int) atMost.toMillis())));
    }

    /// A number from `least` to `most`.
    public int number(int least, int most) {
        return least + chance.nextInt(most - least + 1);
    }

    /// Whether a coin shows heads.
    public boolean coin() {
        return chance.nextInt(2) == 0;
    }

    /// Creates an object; that it is there already is the answer that got lost.
    public void create(Kind kind, String yaml) throws InterruptedException {
        KubeObject object = new KubeObject(parse(yaml));
        boolean unused =
                untilAnswered(
                        () -> {
                            try {
                                transport.create(kind, object, WRITE);
                                return true;
                            } catch (StatusException e) {
                                return rethrowUnless(e, "AlreadyExists");
                            }
                        });
    }

    private static JsonObject parse(String yaml) {
        if (Yaml.parse(yaml) instanceof JsonObject tree) {
            return tree;
        }
        throw new IllegalArgumentException("not an object: " + yaml);
    }

    /// Changes an object that is there.
    ///
    /// @return false when it is not there
    public boolean change(Kind kind, ObjectKey key, UnaryOperator<KubeObject> change)
            throws InterruptedException {
        return untilAnswered(
                () -> {
                    try {
                        KubeObject present = transport.get(kind, key);
                        transport.update(kind, change.apply(present), WRITE);
                        return true;
                    } catch (StatusException e) {
                        return rethrowUnless(e, "NotFound");
                    }
                });
    }

    /// Reads an object; null when there is none.
    public @Nullable KubeObject get(Kind kind, ObjectKey key) throws InterruptedException {
        Optional<KubeObject> found =
                untilAnswered(
                        () -> {
                            try {
                                return Optional.of(transport.get(kind, key));
                            } catch (StatusException e) {
                                boolean unused = rethrowUnless(e, "NotFound");
                                return Optional.empty();
                            }
                        });
        return found.orElse(null);
    }

    /// The objects of a namespace.
    public List<KubeObject> list(Kind kind, String namespace) throws InterruptedException {
        return untilAnswered(() -> transport.list(kind, ListQuery.in(namespace)).items());
    }

    /// Asks a pod to go.
    ///
    /// @return false when a budget forbids it, or the pod is gone
    public boolean evict(ObjectKey pod) throws InterruptedException {
        KubeObject eviction =
                new KubeObject(
                        parse(
                                """
                                {apiVersion: policy/v1, kind: Eviction,
                                 metadata: {name: %s, namespace: %s}}
                                """
                                        .formatted(pod.name(), pod.namespace())));
        return untilAnswered(
                () -> {
                    try {
                        transport.create(Kinds.POD, eviction, WRITE.on("eviction"));
                        return true;
                    } catch (StatusException e) {
                        return !e.is("NotFound") && rethrowUnless(e, "TooManyRequests");
                    }
                });
    }

    /// Deletes an object, or finds it gone.
    public void delete(Kind kind, ObjectKey key, String propagation) throws InterruptedException {
        DeleteOptions options = DeleteOptions.NONE.withPropagation(propagation);
        boolean unused =
                untilAnswered(
                        () -> {
                            try {
                                transport.delete(kind, key, options);
                                return true;
                            } catch (StatusException e) {
                                return rethrowUnless(e, "NotFound");
                            }
                        });
    }

    private static boolean rethrowUnless(StatusException e, String expected) {
        if (e.is(expected) && !isUnserved(e)) {
            return false;
        }
        throw e;
    }

    /// Whether the server does not have the kind, or not yet.
    private static boolean isUnserved(StatusException e) {
        return e.is("NotFound") && e.status().message().equals(UNSERVED);
    }

    /// Tries again what others or the network stood in the way of.
    private <T> T untilAnswered(Supplier<T> request) throws InterruptedException {
        while (true) {
            try {
                return request.get();
            } catch (StatusException e) {
                boolean isRefused = e.status().code() < 500 && !e.is("Conflict");
                if (isRefused && !e.is("Forbidden") && !isUnserved(e)) {
                    throw e;
                }
                process.sleep(PAUSE);
            }
        }
    }
}
