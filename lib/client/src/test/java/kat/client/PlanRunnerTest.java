package kat.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;

class PlanRunnerTest {

    private final FakeTicker ticker = new FakeTicker(Instant.parse("2026-11-22T10:00:00Z"));
    private final RefusesUpdates api = new RefusesUpdates();
    private final PlanRunner runner =
            new PlanRunner(api, new EventRecorder(api, ticker, "it", ""), "it", ticker.threads());

    @Test
    void aRefusedUpdateEndsThePlanAfterWhatIsToFollowARefusal() throws InterruptedException {
        Change told = new Change.Create(Kinds.POD, pod("told"));
        Plan plan =
                Plan.of(
                        new Change.Update(
                                Kinds.POD,
                                pod("p"),
                                "resize",
                                why -> {
                                    api.lines.add(why.message());
                                    return List.of(told);
                                }),
                        new Change.Create(Kinds.POD, pod("later")));

        Status refused = runner.run(plan, 0).refused();

        assertNotNull(refused);
        assertEquals("Forbidden", refused.reason());
        assertEquals(
                List.of("update p resize", "pods \"p\" is forbidden: no", "create told"),
                api.lines);
    }

    @Test
    void tellsWhoHasANameThatIsTaken() throws InterruptedException {
        api.taken = "mine";
        Change create =
                new Change.Create(
                        Kinds.POD,
                        pod("mine"),
                        _ -> List.of(),
                        _ -> List.of(),
                        taker -> {
                            api.lines.add("taken by " + taker.uid());
                            return List.of();
                        });

        Status refused = runner.run(Plan.of(create), 0).refused();

        assertNotNull(refused);
        assertEquals("AlreadyExists", refused.reason());
        assertEquals(List.of("create mine", "get mine", "taken by u1"), api.lines);
    }

    @Test
    void whatFollowsAnUpdateIsMadeOfTheObjectAsItThenStands() throws InterruptedException {
        UpdatesAll all = new UpdatesAll();
        PlanRunner taking =
                new PlanRunner(
                        all, new EventRecorder(all, ticker, "it", ""), "it", ticker.threads());
        Plan plan =
                Plan.of(
                        Change.Update.status(Kinds.POD, pod("p"))
                                .then(done -> List.of(Change.Update.object(Kinds.POD, done))));

        Status refused = taking.run(plan, 0).refused();

        assertNull(refused);
        assertEquals(List.of("status of version ", " of version 1"), all.lines);
    }

    private static KubeObject pod(String name) {
        String text = "{apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: ns}}";
        return new KubeObject((JsonObject) Yaml.parse(text.formatted(name)));
    }

    /// Tells what it is asked for.
    private static final class RefusesUpdates implements UnexpectedRequests {

        private final List<String> lines = new ArrayList<>();
        private String taken = "";

        @Override
        public KubeObject get(Kind kind, ObjectKey key) {
            lines.add("get " + key.name());
            return pod(key.name()).withMetadata(metadata -> metadata.with("uid", "u1"));
        }

        @Override
        public Written create(Kind kind, KubeObject object, WriteOptions options) {
            lines.add("create " + object.name());
            if (object.name().equals(taken)) {
                throw Status.alreadyExists(kind, taken).asException();
            }
            return new Written(object, 1);
        }

        @Override
        public Written update(Kind kind, KubeObject object, WriteOptions options) {
            lines.add("update " + object.name() + " " + options.subresource());
            throw Status.forbidden(kind, object.name(), "no").asException();
        }
    }

    /// Gives each version the next number.
    private static final class UpdatesAll implements UnexpectedRequests {

        private final List<String> lines = new ArrayList<>();

        @Override
        public Written update(Kind kind, KubeObject object, WriteOptions options) {
            lines.add(options.subresource() + " of version " + object.resourceVersion());
            String version = Integer.toString(lines.size());
            return new Written(
                    object.withMetadata(m -> m.with("resourceVersion", version)), lines.size());
        }
    }
}
