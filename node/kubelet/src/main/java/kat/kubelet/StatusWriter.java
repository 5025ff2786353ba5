package kat.kubelet;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.WriteOptions;
import org.jspecify.annotations.Nullable;

/// Writes one pod's status when it differs from what was written before.
///
/// **Threads:** that of the pod's worker.
final class StatusWriter {

    private static final WriteOptions OPTIONS = WriteOptions.by("kubelet").on("status");

    private final PodServices services;
    private @Nullable JsonObject last;

    /// What ended in it has been counted, whether it could be written or not, and whatever
    /// becomes of a static pod's mirror.
    private @Nullable JsonObject seen;

    /// The uid of what was last written to: mirrors of static pods come and go.
    private String lastUid = "";

    StatusWriter(PodServices services) {
        this.services = services;
    }

    boolean hasWritten() {
        return last != null;
    }

    /// The pod as the API will show it once it has told of the last write.
    KubeObject asLastWritten(KubeObject pod) {
        JsonObject written = last;
        if (written == null) {
            return pod;
        }
        List<Json> conditions = new ArrayList<>(written.array("conditions").items());
        for (JsonObject condition : pod.status().array("conditions").objects()) {
            String type = condition.string("type");
            if (PodConditions.isOwn(type)) {
                continue;
            }
            conditions.removeIf(
                    each -> each instanceof JsonObject other && other.string("type").equals(type));
            conditions.add(condition);
        }
        return pod.withStatus(
                status -> {
                    JsonObject.Builder merged = status.toBuilder();
                    written.forEach(merged::put);
                    merged.put("conditions", new JsonArray(conditions));
                    return merged.build();
                });
    }

    private void countEnds(KubeObject target, JsonObject status) {
        services.containerEnds().count(seen == null ? target.status() : seen, status);
        seen = status;
    }

    /// @throws StatusException when the API refuses; that the pod is gone is no failure
    void write(KubeObject pod, JsonObject status) {
        KubeObject target = services.staticPods().written(pod);
        if (target == null) {
            return;
        }
        if (!target.uid().equals(lastUid)) {
            last = null;
        }
        if (last != null && status.equals(last)) {
            return;
        }
        countEnds(target, status);
        try {
            services.transport()
                    .patch(
                            Kinds.POD,
                            target.key(),
                            PodWrites.status(asLastWritten(target), status),
                            OPTIONS.because(target.revision()));
            last = status;
            lastUid = target.uid();
        } catch (StatusException e) {
            if (!e.is("NotFound") && !e.is("Conflict")) {
                throw e;
            }
        }
    }
}
