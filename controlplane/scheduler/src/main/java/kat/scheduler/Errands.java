package kat.scheduler;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Function;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.base.Ticker;
import kat.client.Change;
import kat.client.DeleteOptions;
import kat.client.EventRecorder;
import kat.client.Transport;
import kat.client.WriteOptions;
import org.jspecify.annotations.Nullable;

/// What the scheduler does at the API once it has decided.
///
/// **Threads:** any; each call waits for the API.
///
/// **Source:** kube-scheduler `schedule_one.go` and `framework/preemption/executor.go`.
final class Errands {

    private static final String CANCELLED =
            "running PreBind plugin \"VolumeBinding\": preempted by DefaultPreemption";
    private static final Logger LOG = System.getLogger("kat.scheduler");

    private final Transport transport;
    private final Function<String, EventRecorder> recorders;
    private final SchedulerMetrics metrics;
    private final Ticker ticker;
    private final Extenders extenders;

    /// @param recorders by name of the profile
    Errands(
            Transport transport,
            Function<String, EventRecorder> recorders,
            SchedulerMetrics metrics,
            Ticker ticker,
            Extenders extenders) {
        this.transport = transport;
        this.recorders = recorders;
        this.metrics = metrics;
        this.ticker = ticker;
        this.extenders = extenders;
    }

    private EventRecorder recorder(KubeObject pod) {
        return recorders.apply(Scheduler.profileOf(pod));
    }

    /// Reserves volumes for the pod's claims, and tells provisioners its node.
    void prepare(PodInfo pod, String node, List<PodClaims.Choice> choices) {
        WriteOptions options = WriteOptions.by("kube-scheduler").because(pod.object().revision());
        try {
            for (PodClaims.Choice choice : choices) {
                KubeObject volume = choice.volume();
                KubeObject claim = choice.claim();
                if (volume != null && !volume.spec().has("claimRef")) {
                    transport.update(
                            Kinds.PERSISTENT_VOLUME, ClaimWrites.reserved(volume, claim), options);
                } else if (volume == null && claim.annotation(PodClaims.SELECTED_NODE).isEmpty()) {
                    transport.update(
                            Kinds.PERSISTENT_VOLUME_CLAIM,
                            ClaimWrites.selected(claim, node),
                            options);
                }
            }
        } catch (StatusException e) {
            // The change that was in the way brings the pod back.
            LOG.log(Level.DEBUG, "claim not prepared pod={0} error={1}", pod.key(), e.getMessage());
        }
    }

    /// Gives the pod its node.
    ///
    /// @return why that failed; null when it did not
    @Nullable Status assign(QueuedPod queued, String node, long began) {
        KubeObject pod = queued.pod().object();
        String profile = Scheduler.profileOf(pod);
        long since = metrics.now();
        try {
            if (!extenders.bind(pod, node)) {
                transport.create(
                        Kinds.POD,
                        PodWrites.binding(pod, node),
                        WriteOptions.by("kube-scheduler").on("binding").because(pod.revision()));
            }
            metrics.binding(profile, true, since);
            metrics.bound(profile, queued, began);
            String message = "Successfully assigned " + pod.key() + " to " + node;
            recorder(pod).record(Change.Emit.normal(pod, "Scheduled", message).during("Binding"));
            return null;
        } catch (StatusException e) {
            metrics.binding(profile, false, since);
            metrics.failed(profile, began);
            return e.status();
        }
    }

    /// Tells that the pod waits until its devices are attached.
    void tellWaiting(PodInfo pod, String node) {
        String message = "waiting for binding conditions for device on node " + node;
        recorder(pod.object())
                .record(
                        Change.Emit.normal(pod.object(), "BindingConditionsPending", message)
                                .during("Scheduling"));
    }

    /// A pod gave back the place that was reserved for it, and waits for another.
    ///
    /// @param pod for which the place is wanted
    void sendBack(PodInfo pod, PodInfo victim, String node) {
        preempted(pod, victim, node, " (in kube-scheduler memory).");
        report(victim, PodWrites.ERROR, CANCELLED, true);
    }

    /// Makes room for the pod.
    ///
    /// @param running what has to go
    void preempt(PodInfo pod, Decision.Preempt decision, List<PodInfo> running) {
        for (PodInfo victim : running) {
            evict(pod, victim, decision.node());
        }
        nominate(pod, decision.node());
        report(pod, PodWrites.UNSCHEDULABLE, decision.message());
    }

    private void evict(PodInfo pod, PodInfo victim, String node) {
        WriteOptions options = WriteOptions.by("kube-scheduler").because(pod.object().revision());
        try {
            transport.patch(
                    Kinds.POD,
                    victim.key(),
                    PodWrites.preempted(victim.object(), ticker.now()),
                    options.on("status"));
            transport.delete(Kinds.POD, victim.key(), DeleteOptions.of(victim.uid()));
            preempted(pod, victim, node, "");
        } catch (StatusException e) {
            LOG.log(
                    Level.DEBUG,
                    "pod not preempted pod={0} error={1}",
                    victim.key(),
                    e.getMessage());
        }
    }

    private void preempted(PodInfo pod, PodInfo victim, String node, String how) {
        String message = "Preempted by pod " + pod.uid() + " on node " + node + how;
        recorder(pod.object())
                .record(
                        Change.Emit.normal(victim.object(), "Preempted", message)
                                .during("Preempting", pod.object()));
    }

    /// @param node that the pod is expected on; empty to take that back
    void nominate(PodInfo pod, String node) {
        try {
            transport.patch(
                    Kinds.POD,
                    pod.key(),
                    PodWrites.nominated(node),
                    WriteOptions.by("kube-scheduler")
                            .on("status")
                            .because(pod.object().revision()));
        } catch (StatusException e) {
            LOG.log(Level.DEBUG, "nomination not written pod={0}", pod.key());
        }
    }

    /// Tells why the pod has no node.
    ///
    /// @param reason of the pod's condition
    void report(PodInfo pod, String reason, String message) {
        report(pod, reason, message, false);
    }

    /// @param takesBack whether the pod is no longer expected on any node
    void report(PodInfo pod, String reason, String message, boolean takesBack) {
        PodWrites.Unplaced why = new PodWrites.Unplaced(reason, message);
        try {
            recorder(pod.object())
                    .record(
                            Change.Emit.warning(pod.object(), "FailedScheduling", message)
                                    .during("Scheduling"));
            PodWrites.Unschedulable write =
                    PodWrites.unschedulable(pod.object(), why, takesBack, ticker.now());
            if (write.isNews()) {
                transport.patch(
                        Kinds.POD,
                        pod.key(),
                        write.patch(),
                        WriteOptions.by("kube-scheduler")
                                .on("status")
                                .because(pod.object().revision()));
            }
        } catch (StatusException e) {
            LOG.log(
                    Level.DEBUG,
                    "condition not written pod={0} error={1}",
                    pod.key(),
                    e.getMessage());
        }
    }
}
