package kat.apiserver.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import kat.api.json.Json;
import kat.api.json.JsonObject;

/// Takes the bodies out of events that are too large; what is too large without them is lost.
///
/// **Source:** `apiserver/plugin/pkg/audit/truncate`.
///
/// @param maxBytes of one event; larger than 0
record AuditTruncation(AuditSink behind, int maxBytes) implements AuditSink {

    private static final String TRUNCATED = "audit.k8s.io/truncated";

    @Override
    public boolean write(byte[] line) {
        if (line.length <= maxBytes) {
            return behind.write(line);
        }
        byte[] shorter = withoutBodies((JsonObject) Json.parse(line));
        return shorter.length <= maxBytes && behind.write(shorter);
    }

    private static byte[] withoutBodies(JsonObject event) {
        JsonObject.Builder shorter = JsonObject.builder();
        event.forEach(
                (name, value) -> {
                    if (!name.equals("requestObject") && !name.equals("responseObject")) {
                        shorter.put(name, value);
                    }
                });
        JsonObject annotations = event.object("annotations").with(TRUNCATED, "true");
        JsonObject made = shorter.build().with("annotations", annotations);
        return (GoOrder.of(made) + "\n").getBytes(UTF_8);
    }

    @Override
    public void close() {
        behind.close();
    }
}
