package kat.monitoring;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// One job of Prometheus and what it scrapes.
///
/// @param config the entry of `scrape_configs`, without its targets
record Job(String name, JsonObject config, List<Target> targets) {

    Job {
        targets = List.copyOf(targets);
    }

    /// @param address host and port
    /// @param labels those of its series, and those for relabelling, which begin with `__`
    record Target(String address, SequencedMap<String, String> labels) {

        Target {
            labels = new TreeMap<>(labels);
        }

        private JsonObject group() {
            return JsonObject.builder()
                    .put("targets", JsonArray.ofStrings(List.of(address)))
                    .put("labels", JsonObject.ofStrings(labels))
                    .build();
        }

        /// Bytes that it takes in a file, with what separates it from others.
        int size() {
            return group().toString().getBytes(StandardCharsets.UTF_8).length + 1;
        }
    }

    /// The targets in the form of a file for `file_sd_configs`.
    JsonArray groups() {
        List<Json> groups = targets.stream().<Json>map(Target::group).toList();
        return new JsonArray(groups);
    }
}
