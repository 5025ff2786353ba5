package kat.dev.deploy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.Consumer;
import kat.base.Ticker;
import kat.dev.config.DevException;
import kat.dev.process.Shell;

/// Follows the logs of containers, those that come later too: a colour for each pod.
///
/// **Threads:** [#run] blocks its caller until it is interrupted.
public final class LogTail {

    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(30);

    /// Events come in crowds.
    private static final Duration PAUSE = Duration.ofMillis(500);

    /// More than these are not followed at the same time.
    static final int MOST = 64;

    /// Foreground colours of terminals that are read on dark and on light grounds.
    private static final int[] COLOURS = {32, 33, 34, 35, 36, 31, 92, 93, 94, 95, 96, 91};

    private final Kubectl kubectl;
    private final Ticker ticker;
    private final Style style;
    private final Consumer<String> lines;
    private final Map<Pods.Container, Process> followed = new HashMap<>();
    private final List<String> seen = new ArrayList<>();

    /// How many were too many at the last look.
    private int notFollowed;

    /// How lines are marked.
    ///
    /// @param prefix `container`, `podAndContainer`, `auto` or `none`
    public record Style(String prefix, boolean isColoured) {

        /// @param place of the pod among those that were seen
        String mark(Pods.Container container, int place) {
            String text =
                    switch (prefix) {
                        case "none" -> "";
                        case "podAndContainer" ->
                                "[" + container.pod() + " " + container.name() + "] ";
                        default -> "[" + container.name() + "] ";
                    };
            return isColoured && !text.isEmpty()
                    ? "\u001b[" + COLOURS[place % COLOURS.length] + "m" + text + "\u001b[0m"
                    : text;
        }
    }

    public LogTail(Kubectl kubectl, Ticker ticker, Style style, Consumer<String> lines) {
        this.kubectl = kubectl;
        this.ticker = ticker;
        this.style = style;
        this.lines = lines;
    }

    /// Follows until it is interrupted.
    ///
    /// @param since lines before are not shown
    /// @param images references of the containers meant
    public void run(Instant since, SequencedSet<String> namespaces, Collection<String> images)
            throws InterruptedException {
        try (PodEvents events = new PodEvents(kubectl, namespaces, ticker)) {
            while (true) {
                followed.values().removeIf(process -> !process.isAlive());
                try {
                    follow(Pods.running(kubectl, namespaces, images), since);
                } catch (DevException e) {
                    lines.accept("logs: " + e.getMessage());
                }
                events.await(LOOK_ANYWAY);
                ticker.sleep(PAUSE);
            }
        } finally {
            followed.values().forEach(Process::destroy);
        }
    }

    private void follow(List<Pods.Container> running, Instant since) {
        int others = 0;
        for (Pods.Container one : running) {
            if (followed.containsKey(one)) {
                continue;
            }
            if (followed.size() < MOST) {
                begin(one, since);
            } else {
                others++;
            }
        }
        if (others > 0 && others != notFollowed) {
            lines.accept(
                    "logs: %d containers are followed and no more; %d others are not"
                            .formatted(MOST, others));
        }
        notFollowed = others;
    }

    private void begin(Pods.Container container, Instant since) {
        boolean isKnown = seen.contains(container.pod());
        if (!isKnown) {
            seen.add(container.pod());
        }
        List<String> words = new ArrayList<>(List.of("logs", "-f"));
        words.addAll(container.where());
        // Who was followed before goes on from now; the few lines between may come twice.
        Instant from = isKnown ? ticker.now() : since;
        words.add("--since-time=" + from);
        Process process = kubectl.start(words);
        followed.put(container, process);
        String mark = style.mark(container, seen.indexOf(container.pod()));
        Thread.startVirtualThread(
                () -> Shell.lines(process.getInputStream(), line -> lines.accept(mark + line)));
    }
}
