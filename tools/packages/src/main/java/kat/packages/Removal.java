package kat.packages;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.Deadline;
import kat.base.Ticker;

/// Waits until a release's objects are gone.
final class Removal {

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final KubeApi api;
    private final Ticker ticker;
    private final Map<String, List<JsonObject>> resources = new HashMap<>();

    Removal(KubeApi api, Ticker ticker) {
        this.api = api;
        this.ticker = ticker;
    }

    /// @throws HelmException when some are still there at the end
    void await(ReleaseRecord release, Duration timeout) {
        Deadline deadline = Deadline.in(timeout, ticker);
        for (JsonObject object : Yaml.readObjects(release.manifest())) {
            boolean isKept =
                    object.at("metadata", "annotations")
                            .string("helm.sh/resource-policy")
                            .equals("keep");
            Optional<String> path = isKept ? Optional.empty() : path(object, release.namespace());
            if (path.isPresent()) {
                awaitGone(path.get(), deadline);
            }
        }
    }

    private void awaitGone(String path, Deadline deadline) {
        while (api.get(path).code() != KubeApi.NOT_FOUND) {
            if (deadline.isOver(ticker)) {
                throw new HelmException("context deadline exceeded: " + path + " is still there");
            }
            try {
                ticker.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new HelmException("interrupted");
            }
        }
    }

    /// The object's path; none when its kind is no longer served.
    private Optional<String> path(JsonObject object, String namespace) {
        String version = object.string("apiVersion");
        String base = version.contains("/") ? "/apis/" + version : "/api/" + version;
        JsonObject metadata = object.object("metadata");
        for (JsonObject resource : resources.computeIfAbsent(base, this::served)) {
            boolean isIt =
                    resource.string("kind").equals(object.string("kind"))
                            && !resource.string("name").contains("/");
            if (isIt) {
                String within =
                        resource.bool("namespaced")
                                ? "/namespaces/" + metadata.string("namespace", namespace)
                                : "";
                return Optional.of(
                        base
                                + within
                                + "/"
                                + resource.string("name")
                                + "/"
                                + metadata.string("name"));
            }
        }
        return Optional.empty();
    }

    private List<JsonObject> served(String base) {
        return api.get(base).body().array("resources").objects();
    }
}
