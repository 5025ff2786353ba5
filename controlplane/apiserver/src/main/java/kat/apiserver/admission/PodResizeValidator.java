package kat.apiserver.admission;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.api.quota.Amounts;
import kat.api.quota.PodAmounts;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Lets a pod that is bound ask for no more than its whole node has.
///
/// **Source:** `plugin/pkg/admission/podresize`.
final class PodResizeValidator implements Plugin {

    private static final String OS_LABEL = "kubernetes.io/os";

    private final Lookup lookup;

    PodResizeValidator(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public void validate(Attributes attributes, JsonObject pod) {
        String nodeName = pod.object("spec").string("nodeName");
        if (!isResize(attributes)
                || nodeName.isEmpty()
                || pod.object("spec").equals(attributes.live().object("spec"))) {
            return;
        }
        KubeObject node = lookup.find(Kinds.NODE, "", nodeName);
        if (node == null) {
            throw Refusals.forbidden(attributes, pod, "node \"" + nodeName + "\" not found");
        }
        String os = node.labels().getOrDefault(OS_LABEL, "linux");
        if (!os.equals("linux")) {
            String why =
                    "pod resize is only supported on linux nodes, node \"%s\" is \"%s\""
                            .formatted(nodeName, os);
            throw refused(attributes, why, "UnsupportedPlatform");
        }
        List<String> tooMuch =
                tooMuch(
                        PodAmounts.requests(JsonObject.of("spec", pod.object("spec"))),
                        Amounts.parse(node.status().object("allocatable")));
        if (!tooMuch.isEmpty()) {
            String why =
                    "node didn't have enough allocatable resources: " + String.join("; ", tooMuch);
            throw refused(attributes, why, "NodeCapacity");
        }
    }

    private static boolean isResize(Attributes attributes) {
        return attributes.operation() == Operation.UPDATE
                && attributes.target().kind() == Kinds.POD
                && attributes.call().subresource().equals("resize");
    }

    private static List<String> tooMuch(Amounts requested, Amounts allocatable) {
        List<String> sentences = new ArrayList<>();
        for (String resource : List.of("cpu", "memory")) {
            Quantity wanted = requested.get(resource);
            Quantity there = allocatable.get(resource);
            if (wanted.compareTo(there) > 0) {
                sentences.add(
                        resource
                                + ", requested: "
                                + number(resource, wanted)
                                + ", allocatable: "
                                + number(resource, there));
            }
        }
        return sentences;
    }

    private static long number(String resource, Quantity amount) {
        return resource.equals("cpu") ? amount.thousandths() : amount.wholeUnits();
    }

    private static StatusException refused(Attributes attributes, String why, String cause) {
        Status plain = Status.forbidden(Kinds.POD, attributes.target().name(), why);
        Status.Details details = plain.details();
        return new Status(
                        plain.code(),
                        plain.reason(),
                        plain.message(),
                        new Status.Details(
                                details.name(),
                                details.group(),
                                details.kind(),
                                details.uid(),
                                List.of(new Status.Cause(cause, "", "")),
                                details.retryAfterSeconds()))
                .asException();
    }
}
