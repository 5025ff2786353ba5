package kat.proxy;

import static kat.proxy.ProxyFixtures.CONFIG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.client.ClusterView;
import kat.client.Index;
import kat.nftables.Transaction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What NetworkPolicies let through, whoever judges the packets: the kernel, or a reader of the
/// rules in memory.
abstract class PolicyContract {

    private final Objects objects = new Objects();
    final PolicyTable policies = new PolicyTable(objects, CONFIG.nodeName(), CONFIG.family());
    final DesiredTable table = new DesiredTable(CONFIG);

    /// Objects in memory.
    private static final class Objects implements ClusterView {
        private final TreeMap<String, Map<ObjectKey, KubeObject>> kinds = new TreeMap<>();

        Map<ObjectKey, KubeObject> of(Kind kind) {
            return kinds.computeIfAbsent(kind.toString(), _ -> new TreeMap<>());
        }

        List<ObjectKey> put(Kind kind, List<KubeObject> some) {
            some.forEach(object -> of(kind).put(object.key(), object));
            return some.stream().map(KubeObject::key).toList();
        }

        @Override
        public KubeObject get(Kind kind, ObjectKey key) {
            return of(kind).get(key);
        }

        @Override
        public List<KubeObject> list(Kind kind, String namespace) {
            return List.copyOf(of(kind).values());
        }

        @Override
        public Collection<KubeObject> indexed(Kind kind, Index index, String value) {
            throw new IllegalStateException("no index is needed");
        }
    }

    /// Puts changes where packets are judged.
    abstract void apply(Transaction transaction) throws Exception;

    /// Who does not reach whom: `FROM > TO`.
    abstract Set<String> refused(String protocol, int port) throws Exception;

    static List<PolicyCase> cases() {
        return PolicyCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void letsThroughWhatPoliciesAllow(PolicyCase policyCase) throws Exception {
        apply(table.whole());
        put(PolicyCase.start());

        for (PolicyCase.Step step : policyCase.steps()) {
            put(step.objects());

            for (String question : step.refused().keySet()) {
                String[] words = question.split(" ", -1);
                assertEquals(
                        step.refused().get(question),
                        refused(words[0], Integer.parseInt(words[1])),
                        question);
            }
        }
        put(new PolicyCase.Changes(List.of(), List.of(), List.of()));
        assertEquals(new DesiredTable(CONFIG).whole(), table.whole());
    }

    private void put(PolicyCase.Changes changes) throws Exception {
        List<ObjectKey> named = new ArrayList<>(objects.of(Kinds.NETWORK_POLICY).keySet());
        objects.of(Kinds.NETWORK_POLICY).clear();
        named.addAll(objects.put(Kinds.NETWORK_POLICY, changes.policies()));
        DesiredTable.Step step =
                table.update(
                        policies.update(
                                new PolicyTable.Noted(
                                        named,
                                        objects.put(Kinds.POD, changes.pods()),
                                        objects.put(Kinds.NAMESPACE, changes.namespaces()))));
        apply(step.change());
        apply(step.cleaning());
    }
}
