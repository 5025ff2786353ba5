package kat.controllers.cronjob;

import java.time.Duration;
import java.time.Instant;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// Which start of a CronJob is due.
///
/// @param due the last start that was not later than now and has not been seen to; null for
///     none
/// @param next when to look again; null for never
/// @param tooMany whether more than a hundred starts were missed
/// @param fault why the schedule has no starts, as one for the 31st of February; null for none
///
/// **Source:** kube-controller-manager `cronjob/utils.go`.
record Times(
        @Nullable Instant due, @Nullable Instant next, boolean tooMany, @Nullable String fault) {

    private static final long MANY = 100;
    private static final Times NEVER =
            new Times(
                    null,
                    null,
                    false,
                    "time difference between two schedules is less than 1 second");

    static Times of(KubeObject cronJob, Schedule schedule, Instant now) {
        Instant earliest = cronJob.creationTimestamp() == null ? now : cronJob.creationTimestamp();
        String last = cronJob.status().string("lastScheduleTime");
        if (!last.isEmpty()) {
            earliest = Instant.parse(last);
        }
        long deadline = cronJob.spec().integer("startingDeadlineSeconds", -1);
        if (deadline >= 0 && now.minusSeconds(deadline).isAfter(earliest)) {
            earliest = now.minusSeconds(deadline);
        }
        Instant next = schedule.next(now);
        Instant first = schedule.next(earliest);
        if (first == null) {
            return NEVER;
        }
        if (now.isBefore(first)) {
            return new Times(null, next, false, null);
        }
        Instant second = schedule.next(first);
        if (second == null) {
            return NEVER;
        }
        if (now.isBefore(second)) {
            return new Times(first, next, false, null);
        }
        Duration apart = Duration.between(first, second);
        long missed = Duration.between(first, now).dividedBy(apart) + 1;
        Instant from = first.plus(apart.multipliedBy(Math.max(0, missed - 2)));
        Instant recent = second;
        for (Instant t = schedule.next(from); t != null && !t.isAfter(now); t = schedule.next(t)) {
            recent = t;
        }
        return new Times(recent, next, missed > MANY, null);
    }
}
