package kat.scheduler;

import java.util.List;
import kat.api.KubeObject;
import kat.api.Status;
import org.jspecify.annotations.Nullable;

/// What the scheduler's loop is told.
sealed interface Message {
    record PodChanged(@Nullable KubeObject before, @Nullable KubeObject after) implements Message {}

    record NodeChanged(@Nullable KubeObject before, @Nullable KubeObject after)
            implements Message {}

    /// @param told what people are told of it; empty for nothing
    record AssignmentFailed(QueuedPod queued, Status status, String told) implements Message {}

    record ObjectChanged(ClusterEvent event) implements Message {}

    record DeviceClaimChanged(@Nullable KubeObject before, @Nullable KubeObject after)
            implements Message {}

    /// @param decided claims that were to be written
    /// @param written those of them that were, as they are now
    record ClaimsWritten(PodInfo pod, List<Reservations.Entry> decided, List<KubeObject> written)
            implements Message {}

    record Alarm() implements Message {}
}
