package kat.scheduler;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.device.PodDeviceClaim;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.DeleteOptions;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import org.jspecify.annotations.Nullable;

/// What the scheduler writes about claims for devices.
///
/// **Threads:** any; each call waits for the API.
///
/// **Source:** kube-scheduler `dynamicresources.go`, `bindClaim`, `Unreserve` and `PostFilter`.
final class DeviceWrites {

    /// Others may write a claim at the same time.
    private static final int MOST_TRIES = 5;

    private static final Logger LOG = System.getLogger("kat.scheduler");

    private final Transport transport;
    private final Supplier<Instant> now;

    DeviceWrites(Transport transport, Supplier<Instant> now) {
        this.transport = transport;
        this.now = now;
    }

    /// @param written claims as they are now, up to the first that failed
    /// @param failure null when all were written
    /// @param told what people are told of a failure
    record Outcome(List<KubeObject> written, @Nullable Status failure, String told) {
        Outcome {
            written = List.copyOf(written);
        }
    }

    /// Gives claims their devices, and reserves them for the pod.
    Outcome reserve(PodInfo pod, List<Reservations.Entry> entries) {
        List<KubeObject> written = new ArrayList<>();
        for (Reservations.Entry entry : entries) {
            try {
                written.add(entry.isNew() ? make(pod, entry) : reserve(pod, entry));
            } catch (StatusException e) {
                String told = "running PreBind plugin \"DynamicResources\": " + e.getMessage();
                return new Outcome(written, e.status(), told);
            }
        }
        return new Outcome(written, null, "");
    }

    /// Makes the claim for the pod's extended resources, and tells the pod.
    private KubeObject make(PodInfo pod, Reservations.Entry entry) {
        WriteOptions options = WriteOptions.by("kube-scheduler").because(pod.object().revision());
        KubeObject made = transport.create(PodDeviceClaim.KIND, entry.claim(), options).object();
        try {
            KubeObject written = reserve(pod, new Reservations.Entry(made, entry.allocation()));
            JsonObject told =
                    JsonObject.EMPTY
                            .with("resourceClaimName", made.name())
                            .with("requestMappings", new JsonArray(List.copyOf(entry.mappings())));
            transport.patch(
                    Kinds.POD,
                    pod.key(),
                    Patch.strategic(
                            JsonObject.EMPTY.withAt(told, "status", "extendedResourceClaimStatus")),
                    options.on("status"));
            return written;
        } catch (StatusException e) {
            release(made);
            throw e;
        }
    }

    private KubeObject reserve(PodInfo pod, Reservations.Entry entry) {
        KubeObject claim = entry.claim();
        for (int tries = 1; ; tries++) {
            try {
                return reserved(pod, claim, entry.allocation());
            } catch (StatusException e) {
                if (!e.status().reason().equals("Conflict") || tries == MOST_TRIES) {
                    throw e;
                }
                claim = transport.get(PodDeviceClaim.KIND, entry.claim().key());
            }
        }
    }

    private KubeObject reserved(PodInfo pod, KubeObject claim, @Nullable JsonObject allocation) {
        String meantime = null;
        if (claim.isDeleting()) {
            meantime = " got deleted in the meantime";
        } else if (allocation != null && claim.status().has("allocation")) {
            meantime = " got allocated elsewhere in the meantime";
        } else if (allocation == null && !claim.status().has("allocation")) {
            meantime = " got deallocated elsewhere in the meantime";
        }
        if (meantime != null) {
            throw new StatusException(Status.unexplained("claim " + claim.key() + meantime));
        }
        WriteOptions options = WriteOptions.by("kube-scheduler").because(pod.object().revision());
        KubeObject held = allocation == null ? claim : held(claim, options);
        KubeObject next = held.withStatus(status -> with(status, allocation, pod.object()));
        return transport.update(PodDeviceClaim.KIND, next, options.on("status")).object();
    }

    /// The claim with what keeps it until its devices are given back.
    private KubeObject held(KubeObject claim, WriteOptions options) {
        if (claim.finalizers().contains(PodDeviceClaim.FINALIZER)) {
            return claim;
        }
        JsonArray finalizers =
                claim.metadata().array("finalizers").with(Json.of(PodDeviceClaim.FINALIZER));
        KubeObject held = claim.withMetadata(metadata -> metadata.with("finalizers", finalizers));
        return transport.update(PodDeviceClaim.KIND, held, options).object();
    }

    private JsonObject with(JsonObject status, @Nullable JsonObject allocation, KubeObject pod) {
        JsonObject consumer =
                JsonObject.builder()
                        .put("resource", "pods")
                        .put("name", pod.name())
                        .put("uid", pod.uid())
                        .build();
        JsonObject allotted = allocation == null ? status : status.with("allocation", allocation);
        String time = now.get().truncatedTo(ChronoUnit.SECONDS).toString();
        return allotted.change(
                        "allocation",
                        own ->
                                own.has("allocationTimestamp")
                                        ? own
                                        : own.with("allocationTimestamp", time))
                .with("reservedFor", status.array("reservedFor").with(consumer));
    }

    /// Takes the pod off the lists of claims that could not all be written, or were of no use.
    ///
    /// @param written as far as they were
    void unreserve(PodInfo pod, List<Reservations.Entry> entries, List<KubeObject> written) {
        written.stream().filter(ExtendedResources::isSpecial).forEach(this::release);
        JsonObject gone =
                JsonObject.builder().put("$patch", "delete").put("uid", pod.uid()).build();
        for (Reservations.Entry entry : entries) {
            if (entry.isNew()) {
                continue;
            }
            JsonObject body =
                    JsonObject.of(
                            "metadata",
                            JsonObject.EMPTY.with("uid", entry.claim().uid()),
                            "status",
                            JsonObject.of("reservedFor", JsonArray.of(gone)));
            write(
                    entry.claim(),
                    () ->
                            transport.patch(
                                    PodDeviceClaim.KIND,
                                    entry.claim().key(),
                                    Patch.strategic(body),
                                    WriteOptions.by("kube-scheduler").on("status")));
        }
    }

    /// Takes a claim's devices back, so that others can be tried; a claim for extended
    /// resources goes.
    void release(KubeObject claim) {
        if (ExtendedResources.isSpecial(claim)) {
            write(claim, () -> remove(claim));
            return;
        }
        KubeObject next =
                claim.withStatus(
                        status ->
                                status.without("reservedFor")
                                        .without("allocation")
                                        .without("devices"));
        write(
                claim,
                () ->
                        transport.update(
                                PodDeviceClaim.KIND,
                                next,
                                WriteOptions.by("kube-scheduler").on("status")));
    }

    private void remove(KubeObject claim) {
        KubeObject present = transport.get(PodDeviceClaim.KIND, claim.key());
        List<Json> others = new ArrayList<>(present.metadata().array("finalizers").items());
        if (others.remove(Json.of(PodDeviceClaim.FINALIZER))) {
            transport.update(
                    PodDeviceClaim.KIND,
                    present.withMetadata(own -> own.with("finalizers", new JsonArray(others))),
                    WriteOptions.by("kube-scheduler"));
        }
        transport.delete(PodDeviceClaim.KIND, claim.key(), DeleteOptions.of(claim.uid()));
    }

    private static void write(KubeObject claim, Runnable write) {
        try {
            write.run();
        } catch (StatusException e) {
            // The next try comes here again.
            LOG.log(
                    Level.WARNING,
                    "claim not written claim={0} error={1}",
                    claim.key(),
                    e.getMessage());
        }
    }
}
