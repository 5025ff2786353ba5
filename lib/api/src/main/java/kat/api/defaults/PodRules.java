package kat.api.defaults;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Pods, containers and their volumes.
///
/// **Source:** `pkg/apis/core/v1/defaults.go`, `conversion.go`.
final class PodRules {

    private static final List<String> CONTAINER_LISTS = List.of("containers", "initContainers");

    private static final String GRACE = "terminationGracePeriodSeconds";

    /// The name of an image, as container tools read it.
    private static final Pattern IMAGE = image();

    private PodRules() {}

    private static Pattern image() {
        String label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
        String domain = label + "(?:\\." + label + ")*(?::[0-9]+)?";
        String part = "[a-z0-9]+(?:(?:__|[._]|-+)[a-z0-9]+)*";
        String algorithm = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*";
        return Pattern.compile(
                "(?:%s/)?%s(?:/%s)*(?::\\w[\\w.-]{0,127})?(?:@%s:[0-9a-fA-F]{32,})?"
                        .formatted(domain, part, part, algorithm));
    }

    static void addTo(Map<String, UnaryOperator<JsonObject>> rules) {
        rules.put("core.v1.Pod", pod -> pod.change("spec", PodRules::pod));
        rules.put("core.v1.PodSpec", PodRules::podSpec);
        rules.put("core.v1.Container", PodRules::container);
        rules.put("core.v1.EphemeralContainer", PodRules::container);
        rules.put("core.v1.Volume", PodRules::volume);
    }

    /// What holds for pods and not for the templates of pods.
    private static JsonObject pod(JsonObject given) {
        JsonObject spec = given;
        for (String list : CONTAINER_LISTS) {
            if (spec.has(list)) {
                spec = eachContainer(spec, list, PodRules::requestsFromLimits);
            }
        }
        if (spec.has("resources")) {
            spec = PodLevelResources.fill(spec);
        }
        if (!spec.has("enableServiceLinks")) {
            spec = spec.with("enableServiceLinks", true);
        }
        if (spec.integer(GRACE, 0) < 0) {
            spec = spec.with(GRACE, 1);
        }
        if (spec.bool("hostNetwork")) {
            for (String list : CONTAINER_LISTS) {
                spec = spec.has(list) ? eachContainer(spec, list, PodRules::hostPorts) : spec;
            }
        }
        return spec;
    }

    private static JsonObject eachContainer(
            JsonObject spec, String list, UnaryOperator<JsonObject> change) {
        JsonArray changed =
                spec.array(list)
                        .map(item -> item instanceof JsonObject one ? change.apply(one) : item);
        return spec.get(list) instanceof JsonArray ? spec.with(list, changed) : spec;
    }

    private static JsonObject requestsFromLimits(JsonObject container) {
        JsonObject resources = container.object("resources");
        JsonObject limits = resources.object("limits");
        if (limits.isEmpty()) {
            return container;
        }
        JsonObject requests = Objects.withAbsent(resources.object("requests"), limits);
        return container.with("resources", resources.with("requests", requests));
    }

    private static JsonObject hostPorts(JsonObject container) {
        if (!container.has("ports")) {
            return container;
        }
        JsonArray ports =
                container
                        .array("ports")
                        .map(
                                item ->
                                        item instanceof JsonObject port && !port.has("hostPort")
                                                ? port.with(
                                                        "hostPort",
                                                        port.integer("containerPort", 0))
                                                : item);
        return container.with("ports", ports);
    }

    /// The old and the new name of the service account are always both written.
    private static JsonObject podSpec(JsonObject spec) {
        String account = spec.string("serviceAccountName", spec.string("serviceAccount"));
        return account.isEmpty()
                ? spec
                : spec.with("serviceAccountName", account).with("serviceAccount", account);
    }

    private static JsonObject container(JsonObject given) {
        JsonObject container = given;
        if (!container.has("imagePullPolicy")) {
            container = container.with("imagePullPolicy", pullPolicy(container.string("image")));
        }
        if (!container.has("terminationMessagePath")) {
            container = container.with("terminationMessagePath", "/dev/termination-log");
        }
        return container.has("terminationMessagePolicy")
                ? container
                : container.with("terminationMessagePolicy", "File");
    }

    /// `Always` for the tag `latest`, which is also what an image without tag and digest means.
    static String pullPolicy(String image) {
        if (image.isEmpty() || !IMAGE.matcher(image).matches()) {
            return "IfNotPresent"; // what is no image has no tag either
        }
        int at = image.indexOf('@');
        String name = at < 0 ? image : image.substring(0, at);
        int colon = name.lastIndexOf(':');
        boolean tagged = colon > name.lastIndexOf('/');
        String tag = tagged ? name.substring(colon + 1) : at < 0 ? "latest" : "";
        return tag.equals("latest") ? "Always" : "IfNotPresent";
    }

    private static JsonObject volume(JsonObject volume) {
        if (volume.size() == (volume.has("name") ? 1 : 0)) {
            return volume.with("emptyDir", JsonObject.EMPTY);
        }
        JsonObject image = volume.object("image");
        if (volume.has("image") && !image.has("pullPolicy")) {
            String policy = pullPolicy(image.string("reference"));
            return volume.with("image", image.with("pullPolicy", Json.of(policy)));
        }
        return volume;
    }
}
