package kat.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.base.TaskGroup;
import kat.base.Threads;
import org.jspecify.annotations.Nullable;

/// Does what a [Plan] says: the one place where a controller's decisions become requests.
///
/// Neighbouring creations, or neighbouring deletions, are independent of each other and go out
/// together; everything else goes in order. The first refusal ends the plan.
///
/// **Threads:** any; plans of different keys may run at once.
public final class PlanRunner {

    /// How many requests of one plan may be under way at once.
    private static final int MOST_AT_ONCE = 16;

    private final Transport transport;
    private final EventRecorder recorder;
    private final String manager;
    private final Threads threads;

    /// What came of a plan.
    ///
    /// @param refused the first refusal; null when all was done
    /// @param written the latest revision of this plan's writes, by kind
    public record Outcome(@Nullable Status refused, Map<Kind, Long> written) {
        public Outcome {
            written = Map.copyOf(written);
        }
    }

    /// @param manager the field manager of all that is written
    /// @param threads send what goes out together
    public PlanRunner(
            Transport transport, EventRecorder recorder, String manager, Threads threads) {
        this.transport = transport;
        this.recorder = recorder;
        this.manager = manager;
        this.threads = threads;
    }

    /// @param cause the revision that led to the plan; 0 when a clock did
    public Outcome run(Plan plan, long cause) throws InterruptedException {
        Run run = new Run(cause);
        Status refused = run.all(plan.changes());
        return new Outcome(refused, run.written);
    }

    /// What one request came to.
    private record Step(@Nullable Status refused, List<Change> followUp) {
        static final Step DONE = new Step(null, List.of());
    }

    private final class Run {

        private final long cause;
        private final Map<Kind, Long> written = new LinkedHashMap<>(); // guarded by itself

        Run(long cause) {
            this.cause = cause;
        }

        @Nullable Status all(List<Change> changes) throws InterruptedException {
            int at = 0;
            while (at < changes.size()) {
                int end = endOfGroup(changes, at);
                List<Change> group = changes.subList(at, end);
                Status refused = group.size() == 1 ? alone(group.getFirst()) : together(group);
                if (refused != null) {
                    return refused;
                }
                at = end;
            }
            return null;
        }

        private @Nullable Status alone(Change change) throws InterruptedException {
            Step step = apply(change);
            Status later = all(step.followUp());
            return step.refused() != null ? step.refused() : later;
        }

        private @Nullable Status together(List<Change> group) throws InterruptedException {
            Threads.Permits slots = threads.permits(MOST_AT_ONCE);
            List<FutureTask<Step>> tasks = new ArrayList<>();
            Status refused = null;
            try (TaskGroup tasksOfPlan = new TaskGroup(manager, threads)) {
                for (Change change : group) {
                    slots.acquire();
                    tasks.add(tasksOfPlan.fork(() -> releasing(slots, change)));
                }
                tasksOfPlan.join();
                for (FutureTask<Step> task : tasks) {
                    Step step = task.get();
                    Status later = all(step.followUp());
                    Status found = step.refused() != null ? step.refused() : later;
                    refused = refused == null ? found : refused;
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("applying a plan of " + manager, e.getCause());
            }
            return refused;
        }

        private Step releasing(Threads.Permits slots, Change change) {
            try {
                return apply(change);
            } finally {
                slots.release();
            }
        }

        private Step apply(Change change) {
            return switch (change) {
                case Change.Create create -> create(create);
                case Change.Update update -> update(update);
                case Change.PatchObject(var kind, var key, var patch, var subresource) ->
                        patch(kind, key, patch, options(subresource));
                case Change.Delete delete -> delete(delete);
                case Change.Emit emit -> {
                    recorder.record(emit);
                    yield Step.DONE;
                }
            };
        }

        private Step create(Change.Create create) {
            try {
                Written done = transport.create(create.kind(), create.object(), options(""));
                saw(create.kind(), done);
                return new Step(null, create.created().apply(done.object()));
            } catch (StatusException e) {
                List<Change> followUp = new ArrayList<>(create.refused().apply(e.status()));
                var taken = create.taken();
                if (taken != null && e.is("AlreadyExists")) {
                    KubeObject taker = taker(create);
                    followUp.addAll(taker == null ? List.of() : taken.apply(taker));
                }
                return new Step(e.status(), followUp);
            }
        }

        /// Who has the name; null when nobody does any more, or it cannot be told now.
        private @Nullable KubeObject taker(Change.Create create) {
            try {
                return transport.get(create.kind(), create.object().key());
            } catch (StatusException e) {
                System.getLogger("kat.client")
                        .log(System.Logger.Level.DEBUG, "who has a name is not known", e);
                return null;
            }
        }

        private Step delete(Change.Delete delete) {
            try {
                DeleteOptions options = delete.options().because(cause);
                Written done = transport.delete(delete.kind(), delete.key(), options);
                saw(delete.kind(), done);
                return new Step(null, delete.deleted().apply(done.object()));
            } catch (StatusException e) {
                return e.is("NotFound") ? Step.DONE : new Step(e.status(), List.of());
            }
        }

        private Step update(Change.Update update) {
            Kind kind = update.kind();
            try {
                Written done =
                        transport.update(kind, update.object(), options(update.subresource()));
                saw(kind, done);
                return new Step(null, update.updated().apply(done.object()));
            } catch (StatusException e) {
                return new Step(e.status(), update.refused().apply(e.status()));
            }
        }

        private Step patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
            try {
                saw(kind, transport.patch(kind, key, patch, options));
                return Step.DONE;
            } catch (StatusException e) {
                return new Step(e.status(), List.of());
            }
        }

        private void saw(Kind kind, Written done) {
            synchronized (written) {
                written.merge(kind, done.revision(), Math::max);
            }
        }

        private WriteOptions options(String subresource) {
            return new WriteOptions(subresource, manager, cause, false);
        }
    }

    /// Where the group that begins at `start` ends: creations of a kind belong together, and so do
    /// deletions; anything else stands alone.
    private static int endOfGroup(List<Change> changes, int start) {
        int end = start + 1;
        while (end < changes.size() && belong(changes.get(start), changes.get(end))) {
            end++;
        }
        return end;
    }

    private static boolean belong(Change first, Change next) {
        return switch (first) {
            case Change.Create a -> next instanceof Change.Create b && a.kind().equals(b.kind());
            case Change.Delete a -> next instanceof Change.Delete b && a.kind().equals(b.kind());
            case Change.Update _, Change.PatchObject _, Change.Emit _ -> false;
        };
    }
}
