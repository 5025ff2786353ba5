package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;
import static kat.kubelet.Fixtures.deleting;
import static kat.kubelet.Fixtures.pod;
import static kat.kubelet.Fixtures.web;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.KubeObject;
import kat.cri.ContainerMetadata;
import kat.cri.ContainerState;
import kat.cri.ContainerStatus;
import kat.cri.NamespaceOptions;
import kat.cri.PodSandboxMetadata;
import kat.cri.PodSandboxState;
import kat.cri.PodSandboxStatus;
import kat.kubelet.PodMemory.ImageLook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PodDecisionsTest {

    private static final KubeObject WEB = web("a");
    private static final KubeObject WITH_INIT =
            pod(
                    "a",
                    "'restartPolicy':'Always','initContainers':[{'name':'init','image':'i'}],"
                            + "'containers':[{'name':'web','image':'nginx:1'}]");
    private static final KubeObject WITH_SIDECAR =
            pod(
                    "a",
                    "'restartPolicy':'Never','initContainers':[{'name':'side','image':'i',"
                            + "'restartPolicy':'Always'}],"
                            + "'containers':[{'name':'web','image':'nginx:1'}]");

    private static final KubeObject LIMITED =
            pod(
                            "a",
                            "'restartPolicy':'Always','activeDeadlineSeconds':5,"
                                    + "'containers':[{'name':'web','image':'nginx:1'}]")
                    .withStatus(status -> status.with("startTime", NOW.toString()));

    private static final KubeObject DEBUGGED =
            pod(
                    "a",
                    "'restartPolicy':'Always','containers':[{'name':'web','image':'nginx:1'}],"
                            + "'ephemeralContainers':[{'name':'look','image':'i'}]");

    private static final KubeObject WITH_IMAGE =
            pod(
                    "a",
                    "'restartPolicy':'Always','volumes':[{'name':'used','image':{'reference':'i'}},"
                            + "{'name':'spare','image':{'reference':'i'}}],"
                            + "'containers':[{'name':'web','image':'nginx:1',"
                            + "'volumeMounts':[{'name':'used','mountPath':'/i'}]}]");

    private static final KubeObject RESETTING =
            pod(
                    "a",
                    "'restartPolicy':'Always','containers':[{'name':'web','image':'nginx:1',"
                            + "'restartPolicy':'Always','restartPolicyRules':[{"
                            + "'action':'RestartAllContainers','exitCodes':"
                            + "{'operator':'In','values':[88]}}]},"
                            + "{'name':'other','image':'nginx:1'}]");

    /// A situation and the names of the activities that follow.
    record Case(String name, KubeObject pod, Situation situation, List<String> expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    /// What is there, said briefly.
    record Situation(
            boolean sandbox,
            List<PodRuntime.Known> containers,
            boolean volumes,
            Set<String> images,
            Set<String> busy,
            Map<String, BackOff> restarts) {

        static Situation nothing() {
            return new Situation(false, List.of(), false, Set.of(), Set.of(), Map.of());
        }

        static Situation prepared(String... images) {
            return new Situation(true, List.of(), true, Set.of(images), Set.of(), Map.of());
        }

        Situation with(PodRuntime.Known... known) {
            return new Situation(sandbox, List.of(known), volumes, images, busy, restarts);
        }

        Situation busy(String... names) {
            return new Situation(sandbox, containers, volumes, images, Set.of(names), restarts);
        }

        Situation restarted(String name, Duration delay) {
            return new Situation(
                    sandbox,
                    containers,
                    volumes,
                    images,
                    busy,
                    Map.of(name, new BackOff(delay, NOW)));
        }

        PodDecisions.View of(KubeObject pod) {
            Map<String, ImageLook> looks = new HashMap<>();
            images.forEach(name -> looks.put(name, new ImageLook.Present("sha256:x")));
            List<PodSandboxStatus> sandboxes = new ArrayList<>();
            if (sandbox) {
                sandboxes.add(
                        new PodSandboxStatus(
                                "s",
                                new PodSandboxMetadata("a", "uid-a", "default", 0),
                                PodSandboxState.READY,
                                NOW,
                                List.of("10.0.0.1"),
                                NamespaceOptions.pod(),
                                Map.of(),
                                Map.of(),
                                ""));
            }
            Set<String> started = new HashSet<>();
            containers.forEach(known -> started.add(known.id()));
            PodMemory memory =
                    new PodMemory(
                            busy,
                            looks,
                            Map.of(),
                            restarts,
                            volumes,
                            null,
                            null,
                            started,
                            started,
                            Map.of(),
                            Map.of(),
                            false,
                            false,
                            null,
                            Resizes.State.NONE);
            return new PodDecisions.View(
                    pod, new PodRuntime(sandboxes, containers), memory, false, NOW);
        }
    }

    private static PodRuntime.Known known(String name, ContainerState state, int exitCode) {
        Instant end = state == ContainerState.EXITED ? NOW : null;
        return new PodRuntime.Known(
                "s",
                new ContainerStatus(
                        "id-" + name,
                        new ContainerMetadata(name, 0),
                        state,
                        NOW,
                        NOW,
                        end,
                        exitCode,
                        "i",
                        "sha256:x",
                        "",
                        "",
                        Map.of(),
                        Map.of(),
                        List.of(),
                        "",
                        null));
    }

    static PodRuntime.Known running(String name) {
        return known(name, ContainerState.RUNNING, 0);
    }

    private static PodRuntime.Known exited(String name, int code) {
        return known(name, ContainerState.EXITED, code);
    }

    static List<Case> cases() {
        Situation prepared = Situation.prepared("web", "init", "side");
        return List.of(
                new Case(
                        "a pod with a deadline is looked at again then",
                        LIMITED,
                        prepared.with(running("web")),
                        List.of("wake")),
                new Case(
                        "a pod past its deadline is ended",
                        LIMITED.withStatus(
                                status -> status.with("startTime", NOW.minusSeconds(5).toString())),
                        prepared.with(running("web")),
                        List.of("kill id-web 30")),
                new Case(
                        "an ephemeral container is started beside the others",
                        DEBUGGED,
                        Situation.prepared("look").with(running("web")),
                        List.of("start look")),
                new Case(
                        "an ephemeral container that has ended is not started again",
                        DEBUGGED,
                        Situation.prepared("look").with(running("web"), exited("look", 1)),
                        List.of()),
                new Case(
                        "a new pod gets volumes, sandbox and image at once",
                        WEB,
                        Situation.nothing(),
                        List.of("volumes", "sandbox", "image web")),
                new Case(
                        "nothing is begun twice",
                        WEB,
                        Situation.nothing().busy("volumes", "sandbox", "image web"),
                        List.of()),
                new Case(
                        "a container starts when all is there",
                        WEB,
                        prepared,
                        List.of("start web")),
                new Case(
                        "a running pod is left alone",
                        WEB,
                        prepared.with(running("web")),
                        List.of()),
                new Case(
                        "an init container comes first",
                        WITH_INIT,
                        prepared,
                        List.of("start init")),
                new Case(
                        "a running init container is waited for",
                        WITH_INIT,
                        prepared.with(running("init")),
                        List.of()),
                new Case(
                        "after the init container the others",
                        WITH_INIT,
                        prepared.with(exited("init", 0)),
                        List.of("start web")),
                new Case(
                        "a failed init container is tried again",
                        WITH_INIT,
                        prepared.with(exited("init", 1)),
                        List.of("start init")),
                new Case(
                        "after a started sidecar the others",
                        WITH_SIDECAR,
                        prepared.with(running("side")),
                        List.of("start web")),
                new Case(
                        "a sidecar ends when the others have",
                        WITH_SIDECAR,
                        prepared.with(running("side"), exited("web", 0)),
                        List.of("kill id-side 30")),
                new Case(
                        "a container that ended starts at once the first time",
                        WEB,
                        prepared.with(exited("web", 1)),
                        List.of("start web")),
                new Case(
                        "a container that ended again waits",
                        WEB,
                        prepared.with(exited("web", 1)).restarted("web", BackOff.FIRST),
                        List.of("hold web", "wake")),
                new Case(
                        "a container waits for the image that it mounts",
                        WITH_IMAGE,
                        Situation.prepared("web", "volume/spare"),
                        List.of("image volume/used")),
                new Case(
                        "no container waits for an image that it does not mount",
                        WITH_IMAGE,
                        Situation.prepared("web", "volume/used"),
                        List.of("image volume/spare", "start web")),
                new Case(
                        "images of volumes are not looked for once containers run",
                        WITH_IMAGE,
                        Situation.prepared().with(running("web")),
                        List.of()),
                new Case(
                        "a container whose rule says so lets all begin anew",
                        RESETTING,
                        prepared.with(exited("web", 88), running("other")),
                        List.of("reset")),
                new Case(
                        "all begin anew without waiting, however often",
                        RESETTING,
                        prepared.with(exited("web", 88), running("other"))
                                .restarted("web", BackOff.FIRST),
                        List.of("reset")),
                new Case(
                        "any other end restarts that container alone",
                        RESETTING,
                        Situation.prepared("web", "other").with(exited("web", 1), running("other")),
                        List.of("start web")),
                new Case(
                        "a deleted pod's containers are killed with its grace",
                        deleting(WEB),
                        prepared.with(running("web")),
                        List.of("kill id-web 30")),
                new Case(
                        "then its sandbox goes",
                        deleting(WEB),
                        prepared.with(exited("web", 137)),
                        List.of("stop s")),
                new Case(
                        "then what the node kept",
                        deleting(WEB),
                        Situation.nothing(),
                        List.of("clean up")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decidesWhatComesNext(Case each) {
        List<Action> actions = PodDecisions.decide(each.situation().of(each.pod()));

        assertEquals(each.expected(), actions.stream().map(Action::activity).toList());
    }

    @Test
    void sidecarsEndAfterTheOthersTheLastOneFirst() {
        KubeObject pod =
                pod(
                        "a",
                        "'restartPolicy':'Always','initContainers':["
                                + "{'name':'one','image':'i','restartPolicy':'Always'},"
                                + "{'name':'two','image':'i','restartPolicy':'Always'}],"
                                + "'containers':[{'name':'web','image':'nginx:1'}]");
        PodDecisions.View view =
                Situation.prepared().with(running("one"), running("two"), running("web")).of(pod);

        List<Action> actions =
                PodDecisions.decide(
                        new PodDecisions.View(
                                view.pod(), view.runtime(), view.memory(), true, view.now()));

        assertEquals(
                List.of(
                        "id-web after []",
                        "id-two after [id-web]",
                        "id-one after [id-web, id-two]"),
                actions.stream()
                        .map(action -> (Action.KillContainer) action)
                        .map(kill -> kill.container().id() + " after " + kill.after())
                        .toList());
    }

    @Test
    void whoMayNotFetchAnImageDoesNotBackOff() {
        ImageLook.Absent fetched = absent("ErrImagePull", true);
        ImageLook.Absent never = absent("ErrImageNeverPull", false);

        assertEquals(
                List.of("wake 2026-01-02T03:04:15Z", "hold ImagePullBackOff"),
                waits(fetched, Duration.ofSeconds(6)));
        assertEquals(
                List.of("wake 2026-01-02T03:04:15Z", "hold ErrImageNeverPull"),
                waits(never, Duration.ofSeconds(6)));
        assertEquals(List.of("find"), waits(never, Duration.ofSeconds(10)));
    }

    private static ImageLook.Absent absent(String reason, boolean asked) {
        return new ImageLook.Absent(
                NOW,
                new PodMemory.Failure(reason, "why", null),
                BackOff.next(null, NOW, NOW),
                asked);
    }

    /// What is done some time after an image was looked for in vain.
    private static List<String> waits(ImageLook.Absent look, Duration later) {
        PodDecisions.View view = Situation.prepared().of(WEB);
        PodMemory memory = view.memory();
        PodMemory held =
                new PodMemory(
                        memory.busy(),
                        Map.of("web", look),
                        memory.failures(),
                        memory.restarts(),
                        true,
                        null,
                        null,
                        Set.of(),
                        Set.of(),
                        Map.of(),
                        Map.of(),
                        false,
                        false,
                        null,
                        Resizes.State.NONE);
        return PodDecisions.decide(
                        new PodDecisions.View(
                                view.pod(), view.runtime(), held, false, NOW.plus(later)))
                .stream()
                .map(
                        action ->
                                switch (action) {
                                    case Action.Hold hold -> "hold " + hold.failure().reason();
                                    case Action.WakeAt wake -> "wake " + wake.time();
                                    case Action.FindImage _ -> "find";
                                    default -> action.toString();
                                })
                .distinct()
                .toList();
    }

    @Test
    void doublesTheDelayUpToFiveMinutesAndForgetsItAfterTen() {
        BackOff backOff = null;
        List<String> delays = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            backOff = BackOff.next(backOff, NOW, NOW);
            delays.add(BackOff.text(backOff.delay()));
        }

        assertEquals(List.of("10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s"), delays);
        Instant later = NOW.plus(Duration.ofMinutes(11));
        assertEquals(BackOff.FIRST, BackOff.next(backOff, later, later).delay());
    }
}
