package kat.controllers.cronjob;

import java.time.Duration;
import java.time.Instant;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// Which start of a CronJob is due.
///
/// @param due the last start that was not later than now and has not been seen to; null for none
/// @param next when to look again; null for never
/// @param tooMany whether more than a hundred starts were missed
///
/// **Source:** kube-controller-manager `cronjob/utils.go`.
record Times(@Nullable Instant due, @Nullable Instant next, boolean tooMany) {

    private static final long MANY = 100;

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
        if (first == null || now.isBefore(first)) {
            return new Times(null, next, false);
        }
        Instant second = schedule.next(first);
        if (second == null || now.isBefore(second)) {
            return new Times(first, next, false);
        }
        Duration apart = Duration.between(first, second);
        long missed = Duration.between(first, now).dividedBy(apart) + 1;
        Instant from = first.plus(apart.multipliedBy(Math.max(0, missed - 2)));
        Instant recent = second;
        for (Instant t = schedule.next(from); t != null && !t.isAfter(now); t = schedule.next(t)) {
            recent = t;
        }
        return new Times(recent, next, missed > MANY);
    }
}
