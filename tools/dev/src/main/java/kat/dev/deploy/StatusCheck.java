package kat.dev.deploy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import kat.api.json.JsonObject;
import kat.dev.config.DevException;
import kat.dev.process.Shell;

/// Waits for rollouts, all at once, and says why one does not come to its end.
final class StatusCheck {

    private static final Duration USUAL = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int MOST_EVENTS = 5;
    private static final int MOST_LINES = 15;

    private final Kubectl kubectl;
    private final Consumer<String> lines;

    StatusCheck(Kubectl kubectl, Consumer<String> lines) {
        this.kubectl = kubectl;
        this.lines = lines;
    }

    /// @param deadline of each; zero for ten minutes
    /// @param toleratesFailures whether pods that fail are waited for until the deadline
    /// @throws DevException naming those that failed, with the reasons of their pods
    void await(List<Workload> workloads, Duration deadline, boolean toleratesFailures)
            throws InterruptedException {
        List<Thread> waits = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (Workload workload : workloads) {
            waits.add(
                    Thread.startVirtualThread(
                            () -> {
                                String failure = one(workload, deadline, toleratesFailures);
                                synchronized (failures) {
                                    if (!failure.isEmpty()) {
                                        failures.add(failure);
                                    }
                                }
                            }));
        }
        try {
            for (Thread wait : waits) {
                wait.join();
            }
        } finally {
            waits.forEach(Thread::interrupt);
        }
        if (!failures.isEmpty()) {
            throw new DevException(String.join("\n", failures));
        }
    }

    private String one(Workload workload, Duration deadline, boolean toleratesFailures) {
        Duration most = deadline.isZero() ? USUAL : deadline;
        List<String> words = new ArrayList<>(List.of("rollout", "status"));
        words.add(workload.kind() + "/" + workload.name());
        words.addAll(workload.where());
        words.add("--timeout=" + most.toSeconds() + "s");
        AtomicReference<Boolean> isGood = new AtomicReference<>();
        AtomicReference<String> said = new AtomicReference<>("");
        try {
            Thread rollout =
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    Shell.Result result = kubectl.run(words);
                                    said.set(result.said());
                                    isGood.set(result.isGood());
                                } catch (InterruptedException | DevException e) {
                                    said.set(String.valueOf(e.getMessage()));
                                    isGood.set(false);
                                }
                            });
            while (!rollout.join(LOOK)) {
                if (!toleratesFailures && hasLastingProblem(workload)) {
                    rollout.interrupt();
                    return told(workload, "does not come up");
                }
            }
            if (Boolean.TRUE.equals(isGood.get())) {
                lines.accept(workload + " is ready");
                return "";
            }
            return told(workload, last(String.valueOf(said.get())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return workload + ": interrupted";
        } catch (DevException e) {
            return workload + ": " + e.getMessage();
        }
    }

    private static String last(String text) {
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    private boolean hasLastingProblem(Workload workload) throws InterruptedException {
        return Problems.of(pods(workload)).stream().anyMatch(Problems.Problem::isLasting);
    }

    private List<JsonObject> pods(Workload workload) throws InterruptedException {
        List<String> words = new ArrayList<>(List.of(workload.kind(), workload.name()));
        words.addAll(workload.where());
        List<JsonObject> found = kubectl.list(words.toArray(String[]::new));
        if (found.isEmpty()) {
            return List.of();
        }
        String selector =
                found
                        .getFirst()
                        .object("spec")
                        .object("selector")
                        .object("matchLabels")
                        .strings()
                        .entrySet()
                        .stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(","));
        List<String> query = new ArrayList<>(List.of("pods", "-l", selector));
        query.addAll(workload.where());
        return kubectl.list(query.toArray(String[]::new));
    }

    /// What is wrong, with pods, events and the last lines of a container that ended.
    private String told(Workload workload, String words) throws InterruptedException {
        StringBuilder text = new StringBuilder(workload + ": " + words);
        List<Problems.Problem> problems = Problems.of(pods(workload));
        problems.forEach(problem -> text.append("\n  ").append(problem));
        List<String> query = new ArrayList<>(List.of("events"));
        query.addAll(workload.where());
        List<String> warnings =
                Problems.warnings(kubectl.list(query.toArray(String[]::new)), workload.name());
        warnings.subList(Math.max(0, warnings.size() - MOST_EVENTS), warnings.size())
                .forEach(warning -> text.append("\n  event ").append(warning));
        for (Problems.Problem problem : problems) {
            if (problem.words().contains("it ended with")) {
                logs(workload, problem).forEach(line -> text.append("\n  | ").append(line));
                break;
            }
        }
        return text.toString();
    }

    private List<String> logs(Workload workload, Problems.Problem problem)
            throws InterruptedException {
        List<String> words = new ArrayList<>(List.of("logs", problem.pod(), "-c"));
        words.add(problem.container());
        words.addAll(workload.where());
        words.addAll(List.of("--tail=" + MOST_LINES, "--previous"));
        Shell.Result previous = kubectl.run(words);
        Shell.Result result =
                previous.isGood() ? previous : kubectl.run(words.subList(0, words.size() - 1));
        return result.isGood() ? result.out().lines().toList() : List.of();
    }
}
