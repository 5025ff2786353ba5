package kat.scheduler;

import java.util.List;
import kat.api.KubeObject;
import kat.api.Status;
import org.jspecify.annotations.Nullable;

/// Gives pods the nodes that were chosen, with the devices that they get there, and tells the
/// loop what became of it.
///
/// @param inbox of the scheduler's loop
///
/// **Threads:** any; each call waits for the API.
record Assignments(Errands errands, DeviceWrites devices, Inbox inbox) {

    void assign(QueuedPod queued, Decision.Bind decision, long began) {
        List<KubeObject> written = reserve(queued, decision);
        if (written == null) {
            return;
        }
        Status failure = errands.assign(queued, decision.node(), began);
        if (failure != null) {
            devices.unreserve(queued.pod(), decision.reservations().entries(), written);
            inbox.tellDone(new Message.AssignmentFailed(queued, failure, ""));
        }
    }

    /// Gets ready what the pod has to have before it gets its node, and says where it will be.
    ///
    /// @param choices for its claims
    void prepare(QueuedPod queued, Decision.Bind decision, List<PodClaims.Choice> choices) {
        PodInfo pod = queued.pod();
        String node = decision.node();
        if (!pod.nominatedNode().equals(node)) {
            errands.nominate(pod, node);
        }
        errands.prepare(pod, node, choices);
        List<KubeObject> written = reserve(queued, decision);
        if (written != null && !written.isEmpty() && decision.reservations().mustWait()) {
            errands.tellWaiting(pod, node);
        }
    }

    /// Writes the claims for devices; gives them back as they are then, or null when it failed.
    private @Nullable List<KubeObject> reserve(QueuedPod queued, Decision.Bind decision) {
        List<Reservations.Entry> entries = decision.reservations().entries();
        if (entries.isEmpty()) {
            return List.of();
        }
        DeviceWrites.Outcome outcome = devices.reserve(queued.pod(), entries);
        inbox.tellDone(new Message.ClaimsWritten(queued.pod(), entries, outcome.written()));
        if (outcome.failure() == null) {
            return outcome.written();
        }
        devices.unreserve(queued.pod(), entries, outcome.written());
        inbox.tellDone(new Message.AssignmentFailed(queued, outcome.failure(), outcome.told()));
        return null;
    }
}
