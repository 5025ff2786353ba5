package kat.api.policy;

import java.util.HashMap;
import java.util.Map;
import kat.api.cel.CelType;

/// The types of the variables that expressions of policies see beside the objects.
///
/// **Source:** `apiserver/pkg/admission/plugin/cel/compile.go`.
public final class PolicyTypes {

    private static final CelType TEXTS = CelType.list(CelType.STRING);
    private static final CelType TEXT_MAP = CelType.map(CelType.STRING, CelType.STRING);

    /// The type of `request`.
    public static final CelType REQUEST = request();

    /// The type of `namespaceObject`.
    public static final CelType NAMESPACE = namespace();

    private PolicyTypes() {}

    private static CelType texts(String name, String... fields) {
        Map<String, CelType> types = new HashMap<>();
        for (String field : fields) {
            types.put(field, CelType.STRING);
        }
        return CelType.object(name, types);
    }

    private static CelType request() {
        CelType kind = texts("kubernetes.GroupVersionKind", "group", "version", "kind");
        CelType resource = texts("kubernetes.GroupVersionResource", "group", "version", "resource");
        CelType user =
                CelType.object(
                        "kubernetes.UserInfo",
                        Map.of(
                                "username",
                                CelType.STRING,
                                "uid",
                                CelType.STRING,
                                "groups",
                                TEXTS,
                                "extra",
                                CelType.map(CelType.STRING, TEXTS)));
        return CelType.object(
                "kubernetes.AdmissionRequest",
                Map.ofEntries(
                        Map.entry("kind", kind),
                        Map.entry("resource", resource),
                        Map.entry("subResource", CelType.STRING),
                        Map.entry("requestKind", kind),
                        Map.entry("requestResource", resource),
                        Map.entry("requestSubResource", CelType.STRING),
                        Map.entry("name", CelType.STRING),
                        Map.entry("namespace", CelType.STRING),
                        Map.entry("operation", CelType.STRING),
                        Map.entry("userInfo", user),
                        Map.entry("dryRun", CelType.BOOL),
                        Map.entry("options", CelType.DYN)));
    }

    private static CelType namespace() {
        CelType condition =
                CelType.object(
                        "kubernetes.NamespaceCondition",
                        Map.of(
                                "status",
                                CelType.STRING,
                                "type",
                                CelType.STRING,
                                "lastTransitionTime",
                                CelType.TIMESTAMP,
                                "message",
                                CelType.STRING,
                                "reason",
                                CelType.STRING));
        CelType metadata =
                CelType.object(
                        "kubernetes.NamespaceMetadata",
                        Map.ofEntries(
                                Map.entry("name", CelType.STRING),
                                Map.entry("generateName", CelType.STRING),
                                Map.entry("namespace", CelType.STRING),
                                Map.entry("labels", TEXT_MAP),
                                Map.entry("annotations", TEXT_MAP),
                                Map.entry("UID", CelType.STRING),
                                Map.entry("creationTimestamp", CelType.TIMESTAMP),
                                Map.entry("deletionGracePeriodSeconds", CelType.INT),
                                Map.entry("deletionTimestamp", CelType.TIMESTAMP),
                                Map.entry("generation", CelType.INT),
                                Map.entry("resourceVersion", CelType.STRING),
                                Map.entry("finalizers", TEXTS)));
        CelType spec = CelType.object("kubernetes.NamespaceSpec", Map.of("finalizers", TEXTS));
        CelType status =
                CelType.object(
                        "kubernetes.NamespaceStatus",
                        Map.of("conditions", CelType.list(condition), "phase", CelType.STRING));
        return CelType.object(
                "kubernetes.Namespace",
                Map.of("metadata", metadata, "spec", spec, "status", status));
    }
}
