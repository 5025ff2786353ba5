package kat.apiserver.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;
import kat.store.Cause;
import kat.store.Entry;
import kat.store.ForwardingStore;
import kat.store.MemoryStore;
import kat.store.Range;
import kat.store.RangeQuery;
import kat.store.Store;
import kat.store.Transaction;
import kat.store.Value;
import org.junit.jupiter.api.Test;

class RbacAuthorizerTest {

    private static final String ROLE =
            """
            {"metadata":{"name":"reader"},
             "rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}
            """;
    private static final String BINDING =
            """
            {"metadata":{"name":"readers"},
             "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"reader"},
             "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"jane"}]}
            """;
    private static final Authorizer.Action GET =
            new Authorizer.Action("get", "", "v1", "pods", "", "default", "web", "");
    private static final User JANE = User.of("jane", List.of());

    private final Resources resources = new Resources(Kinds.builtIn());
    private final HookedStore store = new HookedStore(new MemoryStore());

    private void write(Kind kind, String name, String json) {
        String key = resources.require(kind).key(new ObjectKey("", name));
        Entry before = store.get(key);
        long revision = before == null ? 0 : before.modRevision();
        Value value = Value.of(json.getBytes(UTF_8));
        store.commit(Transaction.put(key, revision, value, Cause.by("test")));
    }

    @Test
    void seesABindingOnceItIsWritten() {
        write(Kinds.CLUSTER_ROLE, "reader", ROLE);
        try (RbacAuthorizer roles = new RbacAuthorizer(store, new Reader(store), resources)) {
            assertFalse(roles.authorize(JANE, GET).allowed());

            write(Kinds.CLUSTER_ROLE_BINDING, "readers", BINDING);

            assertTrue(roles.authorize(JANE, GET).allowed());
        }
    }

    @Test
    void tellsWhichSingleRightsAreMissing() {
        write(Kinds.CLUSTER_ROLE, "reader", ROLE);
        write(Kinds.CLUSTER_ROLE_BINDING, "readers", BINDING);
        JsonObject wanted =
                (JsonObject)
                        Json.parse(
                                ("{\"verbs\":[\"get\",\"delete\",\"create\"],"
                                                + "\"apiGroups\":[\"\"],"
                                                + "\"resources\":[\"pods\",\"nodes\"]}")
                                        .getBytes(UTF_8));
        try (RbacAuthorizer roles = new RbacAuthorizer(store, new Reader(store), resources)) {
            assertEquals(
                    List.of(
                            "{APIGroups:[\"\"], Resources:[\"nodes\"],"
                                    + " Verbs:[\"get\" \"delete\" \"create\"]}",
                            "{APIGroups:[\"\"], Resources:[\"pods\"],"
                                    + " Verbs:[\"delete\" \"create\"]}"),
                    roles.missing(JANE, "default", List.of(wanted)));
        }
    }

    @Test
    void tellsHugeRulesAsTheyAre() {
        List<String> many = IntStream.range(0, 3000).mapToObj(i -> "v" + i).toList();
        JsonObject wanted =
                JsonObject.builder()
                        .put("verbs", JsonArray.ofStrings(many))
                        .put("apiGroups", JsonArray.ofStrings(List.of("")))
                        .put("resources", JsonArray.ofStrings(many))
                        .build();
        try (RbacAuthorizer roles = new RbacAuthorizer(store, new Reader(store), resources)) {
            assertEquals(1, roles.missing(JANE, "default", List.of(wanted)).size());
        }
    }

    @Test
    void keepsNoIndexThatWasOutdatedWhileItWasMade() {
        write(Kinds.CLUSTER_ROLE, "reader", ROLE);
        try (RbacAuthorizer roles = new RbacAuthorizer(store, new Reader(store), resources)) {
            String bindings =
                    resources.require(Kinds.CLUSTER_ROLE_BINDING).key(new ObjectKey("", ""));
            store.afterRangeOf(
                    bindings, () -> write(Kinds.CLUSTER_ROLE_BINDING, "readers", BINDING));

            roles.authorize(JANE, GET);

            assertTrue(roles.authorize(JANE, GET).allowed());
        }
    }

    /// Runs something once between what was read and who reads.
    private static final class HookedStore extends ForwardingStore {

        private String prefix = "";
        private Runnable hook = () -> {};

        HookedStore(Store below) {
            super(below);
        }

        void afterRangeOf(String prefixOfKeys, Runnable action) {
            prefix = prefixOfKeys;
            hook = action;
        }

        @Override
        public Range range(RangeQuery query) {
            Range found = super.range(query);
            if (!prefix.isEmpty() && query.keys().from().startsWith(prefix)) {
                prefix = "";
                hook.run();
            }
            return found;
        }
    }
}
