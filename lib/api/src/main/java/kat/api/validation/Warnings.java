package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// What Kubernetes tells a client beside the answer to a write that it accepts: fields that are
/// deprecated, without effect, or hardly meant so.
///
/// **Threads:** any.
///
/// **Source:** Kubernetes' `WarningsOnCreate` and `WarningsOnUpdate` of each kind, and
/// `pkg/api/*/warnings.go`.
public final class Warnings {

    static final Map<String, String> OLD_NODE_LABELS =
            Map.of(
                    "beta.kubernetes.io/arch",
                    "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
                    "beta.kubernetes.io/os",
                    "deprecated since v1.14; use \"kubernetes.io/os\" instead",
                    "failure-domain.beta.kubernetes.io/region",
                    "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
                    "failure-domain.beta.kubernetes.io/zone",
                    "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
                    "beta.kubernetes.io/instance-type",
                    "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
                    "app.kubernetes.io/created-by",
                    "deprecated since v1.9",
                    "scheduler.alpha.kubernetes.io/preferAvoidPods",
                    "deprecated since v1.22; use Taints and Tolerations instead",
                    "node-role.kubernetes.io/master",
                    "use \"node-role.kubernetes.io/control-plane\" instead");

    private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
    private static final String OLD_CLASS =
            ": deprecated since v1.8; use \"storageClassName\" attribute instead";
    private static final String INGRESS_CLASS = "kubernetes.io/ingress.class";
    private static final String HINTS = "service.kubernetes.io/topology-aware-hints";

    private static final String MOUNTABLE = "kubernetes.io/enforce-mountable-secrets";

    /// Kinds after which pods are named.
    private static final Set<String> NAMING =
            Set.of(
                    "deployments.apps",
                    "replicasets.apps",
                    "jobs.batch",
                    "cronjobs.batch",
                    "replicationcontrollers");

    private Warnings() {}

    /// What is told of a new object.
    public static List<String> create(Kind kind, KubeObject object) {
        List<String> warnings = new ArrayList<>();
        Node root = Node.root(object.tree(), new ArrayList<>());
        String resource = kind.resource();
        if (NAMING.contains(resource)) {
            hostName(root, "Pod names and hostnames", warnings);
        } else if (resource.equals("pods")) {
            hostName(root, "the Pod's hostname", warnings);
        }
        switch (resource) {
            case "pods" -> PodWarnings.tell(root, false, warnings);
            case "ingresses.networking.k8s.io" -> {
                boolean annotated = root.child("metadata", "annotations").has(INGRESS_CLASS);
                if (annotated && !root.child("spec").has("ingressClassName")) {
                    warnings.add(
                            "annotation "
                                    + Json.of(INGRESS_CLASS)
                                    + " is deprecated, please use 'spec.ingressClassName' instead");
                }
            }
            case "serviceaccounts" -> mountable(root, warnings);
            case "resourcequotas" -> quota(object.spec().object("hard"), warnings);
            case "endpointslices.discovery.k8s.io" -> {
                if (object.tree().string("addressType").equals("FQDN")) {
                    warnings.add("spec.addressType: FQDN endpoints are deprecated");
                }
            }
            case "csidrivers.storage.k8s.io" -> tokens(object.spec(), warnings);
            default -> written(resource, root, warnings);
        }
        return warnings;
    }

    /// Limits below what may be requested are hardly meant.
    private static void quota(JsonObject hard, List<String> warnings) {
        for (String name : List.of("cpu", "memory", "storage", "ephemeral-storage")) {
            boolean bare = name.equals("cpu") || name.equals("memory");
            String full = "requests." + name;
            String request = bare && !hard.has(full) ? name : full;
            String limit = "limits." + name;
            if (hard.has(request)
                    && hard.has(limit)
                    && Quantity.parse(hard.string(request))
                                    .compareTo(Quantity.parse(hard.string(limit)))
                            > 0) {
                warnings.add(
                        "ResourceQuota "
                                + request
                                + " ("
                                + hard.string(request)
                                + ") should be less than "
                                + limit
                                + " ("
                                + hard.string(limit)
                                + ")");
            }
        }
    }

    private static void tokens(JsonObject spec, List<String> warnings) {
        if (!spec.array("tokenRequests").isEmpty() && !spec.has("serviceAccountTokenInSecrets")) {
            warnings.add(
                    "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver,"
                            + " set to true to prevent possible logging of tokens in volume"
                            + " attributes");
        }
    }

    /// What is told of a new version of an object. What makes pods is told of again only when what
    /// it asks for changed.
    public static List<String> update(Kind kind, KubeObject after, KubeObject before) {
        List<String> warnings = new ArrayList<>();
        Node root = Node.root(after.tree(), new ArrayList<>());
        JsonObject spec = after.tree().object("spec");
        boolean changed = !spec.equals(before.tree().object("spec"));
        switch (kind.resource()) {
            case "deployments.apps",
                    "replicasets.apps",
                    "daemonsets.apps",
                    "replicationcontrollers",
                    "jobs.batch",
                    "podtemplates" -> {
                if (changed || kind.resource().equals("podtemplates")) {
                    written(kind.resource(), root, warnings);
                }
            }
            case "statefulsets.apps" -> statefulSet(root, changed, warnings);
            case "cronjobs.batch" -> {
                if (changed) {
                    written(kind.resource(), root, warnings);
                }
                if (spec.string("schedule").contains("TZ")) {
                    warnings.add(
                            "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead,"
                                    + " see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"
                                    + " for more details");
                }
            }
            case "csidrivers.storage.k8s.io" -> {
                if (!spec.array("tokenRequests").equals(before.spec().array("tokenRequests"))) {
                    tokens(spec, warnings);
                }
            }
            case "serviceaccounts" -> {
                JsonObject metadata = before.tree().object("metadata");
                if (!metadata.object("annotations").has(MOUNTABLE)) {
                    mountable(root, warnings);
                }
            }
            default -> written(kind.resource(), root, warnings);
        }
        return warnings;
    }

    private static void mountable(Node account, List<String> warnings) {
        if (account.child("metadata", "annotations").has(MOUNTABLE)) {
            warnings.add(
                    "metadata.annotations["
                            + MOUNTABLE
                            + "]: deprecated in v1.32+; prefer separate namespaces to isolate"
                            + " access to mounted secrets");
        }
    }

    private static void hostName(Node root, String where, List<String> warnings) {
        List<String> faults = Names.dnsLabel(root.child("metadata", "name").text());
        if (!faults.isEmpty()) {
            warnings.add(
                    "metadata.name: this is used in "
                            + where
                            + ", which can result in surprising behavior; a DNS label is"
                            + " recommended: ["
                            + String.join(" ", faults)
                            + "]");
        }
    }

    private static void written(String resource, Node root, List<String> warnings) {
        switch (resource) {
            case "podtemplates" -> PodWarnings.tell(root.child("template"), true, warnings);
            case "deployments.apps",
                    "replicasets.apps",
                    "daemonsets.apps",
                    "replicationcontrollers" ->
                    PodWarnings.tell(root.child("spec", "template"), true, warnings);
            case "statefulsets.apps" -> statefulSet(root, true, warnings);
            case "cronjobs.batch" -> job(root.child("spec", "jobTemplate", "spec"), warnings);
            case "endpoints" -> {
                for (Node subset : root.child("subsets").items()) {
                    for (String list : List.of("addresses", "notReadyAddresses")) {
                        subset.child(list)
                                .items()
                                .forEach(each -> address(each.child("ip"), warnings));
                    }
                }
            }
            case "jobs.batch" -> job(root.child("spec"), warnings);
            case "services" -> service(root, warnings);
            case "persistentvolumes" -> volume(root, warnings);
            case "persistentvolumeclaims" -> {
                Node annotations = root.child("metadata", "annotations");
                if (annotations.has(CLASS_ANNOTATION)) {
                    warnings.add(annotations.key(CLASS_ANNOTATION).path() + OLD_CLASS);
                }
                claimSpec(root.child("spec"), warnings);
            }
            case "secrets" -> TlsSecrets.tell(root, warnings);
            case "nodes" -> node(root, warnings);
            case "storageclasses.storage.k8s.io" -> storageClass(root, warnings);
            case "runtimeclasses.node.k8s.io" -> {
                for (Node label : root.child("scheduling", "nodeSelector").entries()) {
                    String old = OLD_NODE_LABELS.get(label.name());
                    if (old != null) {
                        warnings.add("scheduling.nodeSelector: " + old);
                    }
                }
            }
            default -> {
                // of the others nothing is told
            }
        }
    }

    private static void job(Node spec, List<String> warnings) {
        boolean indexed = spec.child("completionMode").text().equals("Indexed");
        boolean many =
                spec.child("completions").integer() > 100_000
                        && spec.child("parallelism").integer() > 10_000;
        if (indexed && many) {
            warnings.add(
                    spec.path()
                            + ": In Indexed Jobs with a number of completions higher than 10^5 and"
                            + " a parallelism higher than 10^4, Kubernetes might not be able to"
                            + " track completedIndexes when a big number of indexes fail");
        }
        PodWarnings.tell(spec.child("template"), true, warnings);
    }

    private static void statefulSet(Node set, boolean template, List<String> warnings) {
        Node spec = set.child("spec");
        if (template) {
            PodWarnings.tell(spec.child("template"), true, warnings);
        }
        for (Node claim : spec.child("volumeClaimTemplates").items()) {
            claimSpec(claim.child("spec"), warnings);
        }
        if (spec.child("revisionHistoryLimit").integer() < 0) {
            warnings.add(
                    "spec.revisionHistoryLimit: a negative value retains all historical revisions;"
                            + " a value >= 0 is recommended");
        }
    }

    private static void service(Node service, List<String> warnings) {
        Node spec = service.child("spec");
        if (service.child("metadata", "annotations").has(HINTS)) {
            warnings.add(
                    "annotation "
                            + HINTS
                            + " is deprecated, please use service.kubernetes.io/topology-mode"
                            + " instead");
        }
        boolean named = spec.child("type").text().equals("ExternalName");
        String first = spec.child("clusterIP").text();
        boolean headless = first.equals("None") && spec.child("type").text().equals("ClusterIP");
        if (!first.equals("None") && !first.isEmpty() && !named) {
            spec.child("clusterIPs").items().forEach(each -> address(each, warnings));
        }
        boolean outside = !spec.child("externalIPs").isEmpty();
        if (headless) {
            if (!spec.child("loadBalancerIP").isEmpty()) {
                warnings.add("spec.loadBalancerIP is ignored for headless services");
            }
            if (outside) {
                warnings.add("spec.externalIPs is ignored for headless services");
            }
            if (!spec.child("sessionAffinity").text().equals("None")) {
                warnings.add("spec.SessionAffinity is ignored for headless services");
            }
        }
        spec.child("externalIPs").items().forEach(each -> address(each, warnings));
        if (outside && !headless && !named) {
            warnings.add(
                    "spec.externalIPs is deprecated and may no longer be implemented in some"
                            + " clusters");
        }
        if (!spec.child("loadBalancerIP").isEmpty()) {
            address(spec.child("loadBalancerIP"), warnings);
        }
        if (named && outside) {
            warnings.add("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
        }
        if (!named && !spec.child("externalName").isEmpty()) {
            warnings.add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
        }
        if (spec.child("trafficDistribution").text().equals("PreferClose")) {
            warnings.add(
                    "spec.trafficDistribution: \"PreferClose\" is deprecated; use"
                            + " \"PreferSameZone\"");
        }
    }

    private static void volume(Node volume, List<String> warnings) {
        Node annotations = volume.child("metadata", "annotations");
        if (annotations.has(CLASS_ANNOTATION)) {
            warnings.add(annotations.key(CLASS_ANNOTATION).path() + OLD_CLASS);
        }
        String options = "volume.beta.kubernetes.io/mount-options";
        if (annotations.has(options)) {
            warnings.add(
                    annotations.key(options).path()
                            + ": deprecated since v1.31; use \"mountOptions\" attribute instead");
        }
        Node spec = volume.child("spec");
        Node reclaim = spec.child("persistentVolumeReclaimPolicy");
        if (reclaim.text().equals("Recycle")) {
            warnings.add(
                    reclaim.path()
                            + ": The Recycle reclaim policy is deprecated. Instead, the"
                            + " recommended approach is to use dynamic provisioning.");
        }
        for (Node term : spec.child("nodeAffinity", "required", "nodeSelectorTerms").items()) {
            nodeTerm(term, false, warnings);
        }
        old(spec, "cephfs", "deprecated in v1.28, non-functional in v1.31+", warnings);
        old(
                spec,
                "photonPersistentDisk",
                "deprecated in v1.11, non-functional in v1.16+",
                warnings);
        old(spec, "scaleIO", "deprecated in v1.16, non-functional in v1.22+", warnings);
        if (spec.has("storageos")) {
            warnings.add("spec.storageOS: deprecated in v1.22, non-functional in v1.25+");
        }
        old(spec, "glusterfs", "deprecated in v1.25, non-functional in v1.26+", warnings);
        old(spec, "rbd", "deprecated in v1.28, non-functional in v1.31+", warnings);
    }

    private static void old(Node spec, String source, String why, List<String> warnings) {
        if (spec.has(source)) {
            warnings.add(spec.child(source).path() + ": " + why);
        }
    }

    static void claimSpec(Node spec, List<String> warnings) {
        for (String list : List.of("requests", "limits")) {
            Node amounts = spec.child("resources", list);
            if (amounts.has("storage")) {
                fraction(amounts.key("storage"), warnings);
            }
        }
    }

    static void fraction(Node amount, List<String> warnings) {
        Quantity value = Common.quantity(amount);
        if (value != null && PodWarnings.isFraction(amount)) {
            warnings.add(
                    amount.path()
                            + ": fractional byte value "
                            + Json.of(value.toString())
                            + " is invalid, must be an integer");
        }
    }

    private static void node(Node node, List<String> warnings) {
        if (node.child("spec").has("configSource")) {
            warnings.add("spec.configSource: the feature is removed");
        }
        if (!node.child("spec", "externalID").isEmpty()) {
            warnings.add("spec.externalID: this field is deprecated, and is unused by Kubernetes");
        }
    }

    private static void storageClass(Node storageClass, List<String> warnings) {
        for (Node term : storageClass.child("allowedTopologies").items()) {
            for (Node each : term.child("matchLabelExpressions").items()) {
                String old = OLD_NODE_LABELS.get(each.child("key").text());
                if (old != null) {
                    warnings.add(each.child("key").path() + ": " + old);
                }
            }
        }
    }

    static void nodeTerm(Node term, boolean values, List<String> warnings) {
        for (Node each : term.child("matchExpressions").items()) {
            Node key = each.child("key");
            String old = OLD_NODE_LABELS.get(key.text());
            if (old != null) {
                warnings.add(key.path() + ": " + key.text() + " is " + old);
            }
            for (Node value : values ? each.child("values").items() : List.<Node>of()) {
                for (String fault : Names.labelValue(value.text())) {
                    warnings.add(value.path() + ": " + value.text() + " is invalid, " + fault);
                }
            }
        }
    }

    /// Tells of an address of 16 bytes that is not in its canonical form.
    static void address(Node address, List<String> warnings) {
        String text = address.text();
        String form = Addresses.canonicalForm(text);
        if (!form.equals(text)) {
            warnings.add(
                    address.path()
                            + ": IPv6 address "
                            + Json.of(text)
                            + " should be in RFC 5952 canonical format ("
                            + Json.of(form)
                            + ")");
        }
    }
}
