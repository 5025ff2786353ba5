package kat.scheduler;

import kat.api.KubeObject;
import kat.api.Status;
import org.jspecify.annotations.Nullable;

/// What the scheduler's loop is told.
sealed interface Message {
    record PodChanged(@Nullable KubeObject before, @Nullable KubeObject after) implements Message {}

    record NodeChanged(@Nullable KubeObject before, @Nullable KubeObject after)
            implements Message {}

    record AssignmentFailed(QueuedPod queued, Status status) implements Message {}

    record ObjectChanged() implements Message {}

    record Alarm() implements Message {}
}
