package kat.kubelet.spec;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;

/// What a pod may learn about itself: the values behind `fieldRef` and `resourceFieldRef`.
///
/// **Source:** `pkg/fieldpath`, `pkg/api/v1/resource`.
///
/// @param pod with its addresses in its status
/// @param allocatable of the node, as quantities: stands in for limits that are not set
public record DownwardApi(KubeObject pod, Map<String, String> allocatable) {

    private static final Pattern SUBSCRIPT =
            Pattern.compile("metadata\\.(labels|annotations)\\['(.*)'\\]");

    public DownwardApi {
        allocatable = new TreeMap<>(allocatable);
    }

    /// @param path for example `metadata.labels['app']`
    /// @throws ConfigFault when a pod has no such field
    public String field(String path) throws ConfigFault {
        Matcher subscript = SUBSCRIPT.matcher(path);
        if (subscript.matches()) {
            return pod.metadata().object(subscript.group(1)).string(subscript.group(2));
        }
        return switch (path) {
            case "metadata.name" -> pod.name();
            case "metadata.namespace" -> pod.namespace();
            case "metadata.uid" -> pod.uid();
            case "metadata.labels" -> lines(pod.labels());
            case "metadata.annotations" -> lines(pod.annotations());
            case "spec.nodeName" -> pod.spec().string("nodeName");
            case "spec.serviceAccountName" -> pod.spec().string("serviceAccountName");
            case "status.hostIP" -> pod.status().string("hostIP");
            case "status.podIP" -> pod.status().string("podIP");
            case "status.hostIPs" -> addresses("hostIPs");
            case "status.podIPs" -> addresses("podIPs");
            default -> throw new ConfigFault("unsupported fieldPath: " + path);
        };
    }

    private String addresses(String list) {
        StringJoiner joined = new StringJoiner(",");
        for (JsonObject entry : pod.status().array(list).objects()) {
            joined.add(entry.string("ip"));
        }
        return joined.toString();
    }

    private static String lines(Map<String, String> values) {
        StringJoiner lines = new StringJoiner("\n");
        values.forEach((name, value) -> lines.add(name + "=" + goQuote(value)));
        return lines.toString();
    }

    private static String goQuote(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"");
        return "\"" + escaped.replace("\n", "\\n").replace("\t", "\\t") + "\"";
    }

    /// @param reference with `resource`, `divisor` and perhaps `containerName`
    /// @param container the one that asks
    public String resource(JsonObject reference, JsonObject container) throws ConfigFault {
        String resource = reference.string("resource");
        String name = reference.string("containerName");
        JsonObject asked = name.isEmpty() ? container : named(name);
        int dot = resource.indexOf('.');
        if (dot < 0) {
            throw new ConfigFault("unsupported container resource : " + resource);
        }
        String kind = resource.substring(0, dot);
        String what = resource.substring(dot + 1);
        String amount = asked.object("resources").object(kind).string(what);
        if (kind.equals("limits") && isZero(amount)) {
            amount = limit(what);
        }
        Quantity value = Quantity.parse(amount.isEmpty() ? "0" : amount);
        Quantity divisor = Quantity.parse(reference.string("divisor", "1"));
        BigDecimal unit = divisor.signum() == 0 ? BigDecimal.ONE : divisor.amount();
        return value.amount().divide(unit, 0, RoundingMode.CEILING).toPlainString();
    }

    /// What holds where a container has no limit: the whole pod's, or else what the node has.
    private String limit(String what) {
        String ofPod = pod.spec().object("resources").object("limits").string(what);
        return isZero(ofPod) ? allocatable.getOrDefault(what, "0") : ofPod;
    }

    private static boolean isZero(String amount) {
        return amount.isEmpty() || Quantity.parse(amount).signum() == 0;
    }

    private JsonObject named(String name) throws ConfigFault {
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                if (container.string("name").equals(name)) {
                    return container;
                }
            }
        }
        throw new ConfigFault("container " + name + " not found");
    }
}
