package kat.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.cri.PodSandboxStatus;
import kat.kubelet.PodMemory.Failure;
import kat.kubelet.PodMemory.ImageLook;
import kat.kubelet.PodRuntime.Known;
import kat.kubelet.spec.ContainerConfigs;
import kat.kubelet.spec.Labels;
import kat.kubelet.spec.RestartRules;
import org.jspecify.annotations.Nullable;

/// What to do next about a pod, from what should be, what is, and what was tried; pure and harmless
/// when repeated.
///
/// | the pod                    | actions                                                      |
/// |----------------------------|--------------------------------------------------------------|
/// | should run                 | volumes, sandbox and images side by side, then containers in
/// order |
/// | has a sick container       | kill it; it is started again as if it had ended              |
/// | has ended                  | kill what is left, stop the sandbox, return devices, clean up |
/// | is being deleted           | the same with its grace period, then tell the API            |
///
/// **Source:** `computePodActions` in `pkg/kubelet/kuberuntime`.
final class PodDecisions {

    /// Shown as a failed pull for so long before the back-off is shown.
    static final Duration PULL_FAILURE_SHOWN = Duration.ofSeconds(5);

    private static final String RESET = "reset";

    private final View view;
    private final List<Action> actions = new ArrayList<>();

    /// What is decided upon.
    ///
    /// @param leave whether the pod must go although the API does not say so
    record View(KubeObject pod, PodRuntime runtime, PodMemory memory, boolean leave, Instant now) {}

    private PodDecisions(View view) {
        this.view = view;
    }

    static List<Action> decide(View view) {
        PodDecisions decisions = new PodDecisions(view);
        if (view.leave() || view.pod().isDeleting()) {
            decisions.end(grace(view.pod()), true);
        } else if (isOver(view.pod(), view.runtime())) {
            decisions.end(specifiedGrace(view.pod()), false);
        } else if (view.memory().ending() != null) {
            decisions.end(view.memory().ending().grace(), false);
        } else if (ActiveDeadline.isOver(view.pod(), view.now())) {
            decisions.end(specifiedGrace(view.pod()), false);
        } else {
            decisions.run();
            decisions.awaitDeadline();
        }
        return List.copyOf(decisions.actions);
    }

    private void awaitDeadline() {
        Instant deadline = ActiveDeadline.of(view.pod());
        if (deadline != null) {
            add(new Action.WakeAt(deadline));
        }
    }

    static Duration grace(KubeObject pod) {
        long seconds = pod.metadata().integer("deletionGracePeriodSeconds", -1);
        return seconds < 0 ? specifiedGrace(pod) : Duration.ofSeconds(seconds);
    }

    static Duration specifiedGrace(KubeObject pod) {
        return Duration.ofSeconds(pod.spec().integer("terminationGracePeriodSeconds", 30));
    }

    /// Whether no container of the pod runs or will run again.
    static boolean isOver(KubeObject pod, PodRuntime runtime) {
        String phase = pod.status().string("phase");
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            return true;
        }
        JsonObject spec = pod.spec();
        for (JsonObject init : spec.array("initContainers").objects()) {
            Known known = runtime.latest(init.string("name"));
            if (known != null
                    && known.hasExited()
                    && !known.hasSucceeded()
                    && !PodConditions.isSidecar(init)
                    && !shouldRestart(spec, init, known)) {
                return true;
            }
        }
        for (JsonObject container : spec.array("containers").objects()) {
            Known known = runtime.latest(container.string("name"));
            if (known == null || shouldRestart(spec, container, known)) {
                return known == null
                        && spec.string("restartPolicy").equals("Never")
                        && runtime.sandbox() == null
                        && !runtime.containers().isEmpty();
            }
            if (known.isRunning()) {
                return false;
            }
        }
        return true;
    }

    static boolean shouldRestart(JsonObject spec, JsonObject container, Known known) {
        return switch (known.status().state()) {
            case RUNNING -> false;
            case CREATED, UNKNOWN -> true;
            case EXITED -> RestartRules.isRestarted(spec, container, known.status().exitCode());
        };
    }

    /// Ends what runs: sidecars after the other containers, the last one first.
    ///
    /// **Source:** `newTerminationOrdering` in `kuberuntime_termination_order.go`.
    private void end(Duration grace, boolean delete) {
        List<Known> running = view.runtime().running();
        List<String> before = new ArrayList<>();
        for (Known known : running) {
            if (!isSidecar(known.name())) {
                add(kill(known, grace, List.of()));
                if (isMain(known.name())) {
                    before.add(known.id());
                }
            }
        }
        for (JsonObject init : view.pod().spec().array("initContainers").objects().reversed()) {
            Known known = view.runtime().latest(init.string("name"));
            if (PodConditions.isSidecar(init) && known != null && known.isRunning()) {
                add(kill(known, grace, before));
                before.add(known.id());
            }
        }
        if (!running.isEmpty()
                || view.memory().isBusyWith("start ")
                || view.memory().isBusyWith("volumes")
                || view.memory().isBusyWith("sandbox")) {
            return;
        }
        PodSandboxStatus sandbox = view.runtime().sandbox();
        if (sandbox != null) {
            add(new Action.StopSandbox(sandbox.id()));
        } else if (view.memory().usesDevices()) {
            add(new Action.ReturnDevices());
        } else if (!view.memory().isCleanedUp()) {
            add(new Action.CleanUp());
        } else if (delete) {
            add(new Action.DeletePod());
        }
    }

    private static Action kill(Known known, Duration grace, List<String> after) {
        return new Action.KillContainer(known, "Stopping container " + known.name(), grace, after);
    }

    private boolean isMain(String name) {
        return view.pod().spec().array("containers").objects().stream()
                .anyMatch(container -> container.string("name").equals(name));
    }

    private boolean isSidecar(String name) {
        for (JsonObject init : view.pod().spec().array("initContainers").objects()) {
            if (init.string("name").equals(name)) {
                return PodConditions.isSidecar(init);
            }
        }
        return false;
    }

    private void run() {
        if (view.memory().busy().contains(RESET) || reset()) {
            return;
        }
        if (!view.memory().volumesReady() && isDue(view.memory().volumesRetry())) {
            add(new Action.PrepareVolumes());
        }
        if (view.runtime().sandbox() == null && isDue(view.memory().sandboxRetry())) {
            add(new Action.CreateSandbox(view.runtime().nextAttempt()));
        }
        killUnhealthy();
        if (resize()) {
            return;
        }
        List<JsonObject> toStart = new ArrayList<>(ephemeral());
        toStart.addAll(wanted());
        if (!toStart.isEmpty()) {
            findVolumes();
        }
        for (JsonObject container : toStart) {
            if (!bringUp(container)) {
                return;
            }
        }
    }

    /// Whether a container has ended in a way that lets the whole pod begin anew: containers that
    /// run are ended at once, and all are taken away, those that ended so last.
    private boolean reset() {
        List<Known> sources = new ArrayList<>();
        List<Known> others = new ArrayList<>();
        for (String list : List.of("containers", "initContainers")) {
            for (JsonObject container : view.pod().spec().array(list).objects()) {
                Known latest = view.runtime().latest(container.string("name"));
                boolean asks =
                        latest != null
                                && latest.hasExited()
                                && RestartRules.restartsAll(container, latest.status().exitCode());
                for (Known known : view.runtime().containers()) {
                    if (known.name().equals(container.string("name"))) {
                        (asks ? sources : others).add(known);
                    }
                }
            }
        }
        if (sources.isEmpty() || view.memory().isBusyWith("start ")) {
            return false;
        }
        others.addAll(sources);
        add(new Action.Reset(others));
        return true;
    }

    /// Images that are volumes, also those that no container mounts.
    private void findVolumes() {
        for (ImageWish wish : ImageWish.volumes(view.pod())) {
            ImageLook look = view.memory().images().get(wish.key());
            if (look == null
                    || (look instanceof ImageLook.Absent absent && isDue(retryOf(absent)))) {
                add(new Action.FindImage(wish));
            }
        }
    }

    private static Instant retryOf(ImageLook.Absent absent) {
        return absent.at().plus(absent.backOff().delay());
    }

    private void killUnhealthy() {
        for (Known known : view.runtime().running()) {
            PodMemory.Sick sick = view.memory().unhealthy().get(known.id());
            if (sick != null) {
                Duration grace = sick.grace() == null ? specifiedGrace(view.pod()) : sick.grace();
                add(new Action.KillContainer(known, sick.reason(), grace));
            } else if (hasOtherDefinition(known)) {
                String reason =
                        "Container " + known.name() + " definition changed, will be restarted";
                add(new Action.KillContainer(known, reason, specifiedGrace(view.pod())));
            }
        }
    }

    /// Ends what must begin anew to have other resources; then gives them to what goes on
    /// running and to the pod as a whole.
    ///
    /// @return whether containers begin only after that; not once it has failed, since it may
    ///     fail for long
    private boolean resize() {
        List<Resizes.Resize> alive = new ArrayList<>();
        boolean ending = false;
        for (Resizes.Resize resize : Resizes.of(view)) {
            if (resize.restart()) {
                String reason = "Container " + resize.known().name() + " resize requires restart";
                add(new Action.KillContainer(resize.known(), reason, specifiedGrace(view.pod())));
                ending = true;
            } else {
                alive.add(resize);
            }
        }
        if (ending || (alive.isEmpty() && !Resizes.isWholeOther(view))) {
            return ending;
        }
        add(new Action.Resize(alive, Resizes.Whole.of(view.pod())));
        return view.memory().resize().failure().isEmpty();
    }

    private boolean hasOtherDefinition(Known known) {
        for (String list : List.of("containers", "initContainers")) {
            for (JsonObject container : view.pod().spec().array(list).objects()) {
                String hash = known.status().annotations().getOrDefault(Labels.HASH, "");
                if (container.string("name").equals(known.name())) {
                    return !hash.isEmpty() && !hash.equals(ContainerConfigs.hash(container));
                }
            }
        }
        return false;
    }

    /// Ephemeral containers that never ran: each is started once, whatever the others do.
    private List<JsonObject> ephemeral() {
        return view.pod().spec().array("ephemeralContainers").objects().stream()
                .filter(container -> view.runtime().latest(container.string("name")) == null)
                .toList();
    }

    /// The containers that should run now and do not, in the order of their start.
    private List<JsonObject> wanted() {
        List<JsonObject> wanted = new ArrayList<>();
        JsonObject spec = view.pod().spec();
        boolean begun = hasBegun(spec);
        for (JsonObject init : spec.array("initContainers").objects()) {
            Known known = view.runtime().active(init.string("name"));
            boolean sidecar = PodConditions.isSidecar(init);
            if (sidecar && known != null && known.isRunning()) {
                if (!begun && !view.memory().started().contains(known.id())) {
                    return wanted;
                }
            } else if (sidecar) {
                wanted.add(init);
                if (!begun) {
                    return wanted;
                }
            } else if (!begun && (known == null || !known.hasSucceeded())) {
                if (known == null || !known.isRunning()) {
                    wanted.add(init);
                }
                return wanted;
            }
        }
        for (JsonObject container : spec.array("containers").objects()) {
            Known known = view.runtime().latest(container.string("name"));
            if (known == null || shouldRestart(spec, container, known)) {
                wanted.add(container);
            }
        }
        return wanted;
    }

    /// Whether a container that is no init container was made in the present sandbox.
    private boolean hasBegun(JsonObject spec) {
        for (JsonObject container : spec.array("containers").objects()) {
            if (view.runtime().active(container.string("name")) != null) {
                return true;
            }
        }
        return false;
    }

    /// Does the next thing for one container.
    ///
    /// @return whether the next container may be brought up at the same time
    private boolean bringUp(JsonObject container) {
        String name = container.string("name");
        if (view.memory().isBusyWith("start ")) {
            return false;
        }
        Known known = view.runtime().latest(name);
        if (isHeldBack(container, known)) {
            return true;
        }
        Failure failure = view.memory().failures().get(name);
        if (failure != null && failure.retry() != null && !isDue(failure.retry())) {
            return true;
        }
        if (!hasVolumes(container)) {
            return true;
        }
        ImageLook look = view.memory().images().get(name);
        if (look == null) {
            add(new Action.FindImage(ImageWish.of(container)));
            return true;
        }
        if (look instanceof ImageLook.Absent absent) {
            awaitImage(container, ImageWish.of(container), absent);
            return true;
        }
        if (view.runtime().sandbox() == null || !view.memory().volumesReady()) {
            return true;
        }
        add(new Action.StartContainer(container, restarts(name, known)));
        return false;
    }

    /// Whether the images that the container mounts are there; else says why it waits.
    private boolean hasVolumes(JsonObject container) {
        for (ImageWish wish : ImageWish.volumes(view.pod(), container)) {
            ImageLook look = view.memory().images().get(wish.key());
            if (look instanceof ImageLook.Absent absent) {
                awaitImage(container, wish, absent);
            }
            if (!(look instanceof ImageLook.Present)) {
                return false;
            }
        }
        return true;
    }

    private int restarts(String name, @Nullable Known known) {
        if (known != null) {
            return known.restarts() + 1;
        }
        JsonObject before = ContainerReports.before(view.pod(), name);
        boolean ran = ContainerReports.hasRun(before);
        return (int) before.integer("restartCount", 0) + (ran ? 1 : 0);
    }

    private boolean isHeldBack(JsonObject container, @Nullable Known known) {
        if (known == null || !known.hasExited() || known.status().finishedAt() == null) {
            return false;
        }
        String name = container.string("name");
        BackOff backOff = view.memory().restarts().get(name);
        Instant end = known.status().finishedAt();
        Duration left = BackOff.left(backOff, end, view.now());
        if (backOff == null || !left.isPositive()) {
            return false;
        }
        String message =
                "back-off "
                        + BackOff.text(backOff.delay())
                        + " restarting failed container="
                        + name
                        + " pod="
                        + ContainerReports.podText(view.pod());
        hold(container, new Failure("CrashLoopBackOff", message, end.plus(backOff.delay())), null);
        return true;
    }

    private void awaitImage(JsonObject container, ImageWish wish, ImageLook.Absent absent) {
        Instant shown = absent.at().plus(PULL_FAILURE_SHOWN);
        Instant retry = retryOf(absent);
        if (isDue(retry)) {
            add(new Action.FindImage(wish));
        } else if (!absent.asked() || view.now().isBefore(shown)) {
            hold(container, absent.failure(), wish);
            add(new Action.WakeAt(absent.asked() ? shown : retry));
        } else {
            String message = "Back-off pulling image \"" + wish.image() + "\": " + absent.cause();
            hold(container, new Failure("ImagePullBackOff", message, retry), wish);
        }
    }

    private void hold(JsonObject container, Failure failure, @Nullable ImageWish wish) {
        if (!failure.equals(view.memory().failures().get(container.string("name")))) {
            add(new Action.Hold(container, failure, wish));
        }
        if (failure.retry() != null) {
            add(new Action.WakeAt(failure.retry()));
        }
    }

    private boolean isDue(@Nullable Instant time) {
        if (time == null || !view.now().isBefore(time)) {
            return true;
        }
        add(new Action.WakeAt(time));
        return false;
    }

    private void add(Action action) {
        if (!view.memory().busy().contains(action.activity())) {
            actions.add(action);
        }
    }
}
