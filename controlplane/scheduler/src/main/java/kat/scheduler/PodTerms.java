package kat.scheduler;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import org.jspecify.annotations.Nullable;

/// Which other pods a pod wants near it and which it does not, and how it is to be spread.
///
/// @param near terms that must each be met
/// @param apart terms of which none may be met
/// @param preferred terms with weights; negative ones for pods that are better kept apart
/// @param spreads constraints on how evenly pods lie
public record PodTerms(
        List<Term> near, List<Term> apart, List<Preference> preferred, List<Spread> spreads) {

    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    public PodTerms {
        near = List.copyOf(near);
        apart = List.copyOf(apart);
        preferred = List.copyOf(preferred);
        spreads = List.copyOf(spreads);
    }

    /// Pods in the same part of the cluster.
    ///
    /// @param topologyKey label whose value names the part
    /// @param namespaceSelector of further namespaces; null for none
    public record Term(
            LabelSelector selector,
            String topologyKey,
            List<String> namespaces,
            @Nullable LabelSelector namespaceSelector) {

        public boolean matches(PodInfo pod, ClusterObjects objects) {
            return selector.matches(pod.object().labels())
                    && hasNamespace(pod.object().namespace(), objects);
        }

        private boolean hasNamespace(String name, ClusterObjects objects) {
            if (namespaces.contains(name)) {
                return true;
            }
            if (namespaceSelector == null) {
                return false;
            }
            if (namespaceSelector.isEmpty()) {
                return true;
            }
            KubeObject namespace = objects.get(Kinds.NAMESPACE, ObjectKey.of("", name));
            return namespace != null && namespaceSelector.matches(namespace.labels());
        }
    }

    /// @param weight −100 to 100
    public record Preference(long weight, Term term) {}

    /// @param isHard whether a node that would break it is out of the question
    /// @param minDomains below so many parts the emptiest counts as empty; at least 1
    public record Spread(
            LabelSelector selector,
            String topologyKey,
            long maxSkew,
            long minDomains,
            boolean isHard,
            boolean honorsAffinity,
            boolean honorsTaints) {

        /// @param selector of the pods that it is about
        public static Spread parse(JsonObject tree, LabelSelector selector) {
            return new Spread(
                    selector,
                    tree.string("topologyKey"),
                    tree.integer("maxSkew", 1),
                    Math.max(1, tree.integer("minDomains", 1)),
                    tree.string("whenUnsatisfiable").equals("DoNotSchedule"),
                    !tree.string("nodeAffinityPolicy").equals("Ignore"),
                    tree.string("nodeTaintsPolicy").equals("Honor"));
        }

        public Spread withSelector(LabelSelector other) {
            return new Spread(
                    other, topologyKey, maxSkew, minDomains, isHard, honorsAffinity, honorsTaints);
        }
    }

    /// Whether the pod says anything about other pods.
    public boolean concernsPods() {
        return !(near.isEmpty() && apart.isEmpty() && preferred.isEmpty());
    }

    static PodTerms parse(KubeObject pod) {
        JsonObject affinity = pod.spec().object("affinity");
        JsonObject near = affinity.object("podAffinity");
        JsonObject apart = affinity.object("podAntiAffinity");
        List<Preference> preferred = new ArrayList<>();
        addPreferences(pod, near, 1, preferred);
        addPreferences(pod, apart, -1, preferred);
        List<Spread> spreads = new ArrayList<>();
        for (JsonObject each : pod.spec().array("topologySpreadConstraints").objects()) {
            spreads.add(Spread.parse(each, selector(pod, each)));
        }
        return new PodTerms(terms(pod, near), terms(pod, apart), preferred, spreads);
    }

    private static List<Term> terms(KubeObject pod, JsonObject affinity) {
        List<Term> terms = new ArrayList<>();
        for (JsonObject each : affinity.array(REQUIRED).objects()) {
            terms.add(term(pod, each));
        }
        return terms;
    }

    private static void addPreferences(
            KubeObject pod, JsonObject affinity, int sign, List<Preference> found) {
        for (JsonObject each : affinity.array(PREFERRED).objects()) {
            found.add(
                    new Preference(
                            sign * each.integer("weight", 0),
                            term(pod, each.object("podAffinityTerm"))));
        }
    }

    private static Term term(KubeObject pod, JsonObject tree) {
        boolean selects = tree.has("namespaceSelector");
        List<String> named = tree.array("namespaces").strings();
        return new Term(
                selector(pod, tree),
                tree.string("topologyKey"),
                named.isEmpty() && !selects ? List.of(pod.namespace()) : named,
                selects ? LabelSelector.parse(tree.object("namespaceSelector")) : null);
    }

    /// The selector with what `matchLabelKeys` and `mismatchLabelKeys` add from the pod's labels.
    private static LabelSelector selector(KubeObject pod, JsonObject tree) {
        if (!tree.has("labelSelector")) {
            return LabelSelector.NOTHING;
        }
        LabelSelector base = LabelSelector.parse(tree.object("labelSelector"));
        List<LabelSelector.Requirement> all = new ArrayList<>(base.requirements());
        add(pod, tree, "matchLabelKeys", "In", all);
        add(pod, tree, "mismatchLabelKeys", "NotIn", all);
        return new LabelSelector(base.labels(), all);
    }

    private static void add(
            KubeObject pod,
            JsonObject tree,
            String list,
            String operator,
            List<LabelSelector.Requirement> all) {
        for (String key : tree.array(list).strings()) {
            String value = pod.labels().get(key);
            if (value != null) {
                all.add(new LabelSelector.Requirement(key, operator, List.of(value)));
            }
        }
    }
}
