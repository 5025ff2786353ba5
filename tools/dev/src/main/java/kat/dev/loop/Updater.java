package kat.dev.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import kat.base.Ticker;
import kat.dev.config.DevException;

/// Brings changed sources and resources of a Java artifact into its running programs: classes
/// of which bodies of methods changed are exchanged (JDWP); for all else that is compiled here,
/// programs are started again in place with what changed since their image.
///
/// **Threads:** one owner.
public final class Updater {

    private static final String SOURCES = "/src/main/java/";
    private static final String RESOURCES = "/src/main/resources/";
    private static final int MOST_SOURCES = 2_000;
    private static final int TRIES = 10;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final String image;
    private final Compiler compiler;
    private final Programs programs;
    private final boolean hasPlainResources;
    private final Ticker ticker;
    private final Consumer<String> lines;
    private final SortedMap<String, byte[]> resources = new TreeMap<>();

    /// What changed since the last version that compiled; bounded by the files of the artifact.
    private final SortedSet<Path> pending = new TreeSet<>();

    /// The programs that have all that was brought; only asked whether it holds one.
    private Set<String> current = Set.of();

    /// Whether the last version did not compile.
    private boolean isBroken;

    /// The running programs of an artifact.
    public interface Programs {

        /// Their ports of this machine, by what is another for each start of a container: the
        /// kubelet starts it from its image, without what was brought into it.
        SequencedMap<String, Debuggers.Ports> find() throws InterruptedException;

        /// Waits until a port leads to its program.
        ///
        /// @return whether it does
        boolean await(int port) throws InterruptedException;
    }

    /// @param image the artifact's name, for messages
    /// @param hasPlainResources whether the build copies resources as they are
    /// @param lines takes what is told to the user
    public Updater(
            String image,
            Compiler compiler,
            Programs programs,
            boolean hasPlainResources,
            Ticker ticker,
            Consumer<String> lines) {
        this.image = image;
        this.compiler = compiler;
        this.programs = programs;
        this.hasPlainResources = hasPlainResources;
        this.ticker = ticker;
        this.lines = lines;
    }

    /// Compiles all sources as they are in the image: classes are compared with these later,
    /// and the compiler is warm. Nothing is learnt when one changed since.
    ///
    /// @param built when the image was begun
    /// @return whether they compile by themselves; changes of those that do not, for example
    ///     because classes are generated, take a new image
    public boolean learn(Collection<Path> files, Instant built) {
        List<Path> sources = known(files);
        boolean isOld = sources.stream().allMatch(file -> modified(file).isBefore(built));
        return sources.isEmpty() || !isOld || compiler.learn(sources);
    }

    private static Instant modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException gone) {
            return Instant.MAX;
        }
    }

    private List<Path> known(Collection<Path> files) {
        return files.stream()
                .filter(Updater::isSource)
                .filter(file -> compiler.knows(below(file, SOURCES)))
                .limit(MOST_SOURCES + 1)
                .toList();
    }

    private static boolean isSource(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".java")
                && !name.equals("module-info.java")
                && file.toString().contains(SOURCES)
                && Files.exists(file);
    }

    private boolean isResource(Path file) {
        return hasPlainResources && file.toString().contains(RESOURCES) && Files.exists(file);
    }

    private static String below(Path file, String folder) {
        String text = file.toString();
        return text.substring(text.indexOf(folder) + folder.length());
    }

    /// What does not compile is tried again with each later change, until it does.
    ///
    /// @param changed files that changed, came or went
    /// @param files all files of the artifact
    /// @return whether no new image is needed: the change runs, or does not compile
    public boolean update(SortedSet<Path> changed, Collection<Path> files)
            throws InterruptedException {
        pending.addAll(changed);
        boolean isHere = bring(new TreeSet<>(pending), files);
        if (isHere && !isBroken) {
            pending.clear();
        }
        return isHere;
    }

    private boolean bring(SortedSet<Path> changed, Collection<Path> files)
            throws InterruptedException {
        isBroken = false;
        if (!changed.stream().allMatch(file -> isSource(file) || isResource(file))) {
            return false;
        }
        Instant begun = ticker.now();
        List<Path> sources = changed.stream().filter(Updater::isSource).toList();
        try {
            Compiler.Outcome outcome = compiler.compile(sources);
            if (isBroken(outcome)) {
                return true;
            }
            SequencedMap<String, Debuggers.Ports> running = programs.find();
            if (running.isEmpty()) {
                return false;
            }
            String why = obstacle(outcome, running, sources.size() == changed.size());
            if (why.isEmpty() && exchange(running, outcome.classes())) {
                compiler.note(outcome.classes());
                current = Set.copyOf(running.keySet());
                told(outcome.classes(), "exchanged", running, begun, "");
                return true;
            }
            Compiler.Outcome whole = compiler.compile(users(sources, files));
            if (isBroken(whole)) {
                return true;
            }
            changed.stream().filter(this::isResource).forEach(this::take);
            compiler.note(whole.classes());
            restart(running);
            current = Set.copyOf(running.keySet());
            String reason = why.isEmpty() ? "the JVM does not exchange it" : why;
            told(whole.classes(), "started again with what changed", running, begun, reason);
            return true;
        } catch (DevException e) {
            lines.accept(e.getMessage() + "; building a new image instead");
            return false;
        }
    }

    /// Why programs that get these classes by an exchange would not be as if they had begun
    /// with them; empty when they would.
    private String obstacle(
            Compiler.Outcome outcome,
            SequencedMap<String, Debuggers.Ports> running,
            boolean isSourcesOnly) {
        if (!isSourcesOnly) {
            return "resources changed";
        }
        if (hasBrought() && !current.containsAll(running.keySet())) {
            return "a container began with the files of its image";
        }
        for (Map.Entry<String, byte[]> one : outcome.classes().entrySet()) {
            byte[] before = outcome.before().get(one.getKey());
            if (before == null) {
                return one.getKey() + " is new";
            }
            Optional<Redefinition.Obstacle> found = Redefinition.obstacle(before, one.getValue());
            if (found.isPresent()) {
                return found.get().of(one.getKey());
            }
        }
        return "";
    }

    /// Sources with all that may use them, or may have their constants as their own.
    private List<Path> users(List<Path> sources, Collection<Path> files) {
        SequencedSet<Path> all = new LinkedHashSet<>(sources);
        all.addAll(known(files));
        if (!sources.isEmpty() && all.size() > MOST_SOURCES) {
            throw new DevException(
                    "more than " + MOST_SOURCES + " sources may use what changed in " + image);
        }
        return List.copyOf(all);
    }

    private boolean hasBrought() {
        return !resources.isEmpty() || !compiler.noted().isEmpty();
    }

    private boolean isBroken(Compiler.Outcome outcome) {
        isBroken = !outcome.errors().isEmpty();
        outcome.errors().forEach(lines);
        if (isBroken) {
            lines.accept("kat: it does not compile; the version before keeps running");
        }
        return isBroken;
    }

    private void take(Path file) {
        try {
            resources.put(below(file, RESOURCES), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new DevException("cannot read " + file, e);
        }
    }

    /// @return whether all programs took them
    private boolean exchange(
            SequencedMap<String, Debuggers.Ports> running, Map<String, byte[]> classes)
            throws InterruptedException {
        for (Debuggers.Ports ports : running.values()) {
            awaitOpen(ports.debug());
            if (reached(ports.debug(), classes) == HotSwap.Answer.REFUSED) {
                return false;
            }
        }
        return true;
    }

    /// A program that was started just now, or a forward that broke off with the one before,
    /// takes a moment until it listens.
    private HotSwap.Answer reached(int port, Map<String, byte[]> classes)
            throws InterruptedException {
        for (int left = TRIES; ; left--) {
            try {
                return HotSwap.exchange(port, classes);
            } catch (DevException e) {
                if (left == 0) {
                    throw e;
                }
                ticker.sleep(PAUSE);
            }
        }
    }

    private void awaitOpen(int port) throws InterruptedException {
        if (!programs.await(port)) {
            throw new DevException("the debugging port of a pod does not open");
        }
    }

    private void restart(SequencedMap<String, Debuggers.Ports> running)
            throws InterruptedException {
        SortedMap<String, byte[]> files = new TreeMap<>(resources);
        files.putAll(compiler.noted());
        for (Debuggers.Ports ports : running.values()) {
            if (ports.restart() == 0) {
                throw new DevException("the programs of " + image + " cannot be started in place");
            }
            awaitOpen(ports.restart());
            Restart.restart(ports.restart(), files);
        }
    }

    private void told(
            SortedMap<String, byte[]> classes,
            String what,
            SequencedMap<String, Debuggers.Ports> running,
            Instant begun,
            String why) {
        long millis = Duration.between(begun, ticker.now()).toMillis();
        lines.accept(
                String.format(
                        Locale.ROOT,
                        "%s: %s %s in %d pods after %.1f s%s",
                        image,
                        classes.isEmpty() ? "the program" : String.join(", ", classes.keySet()),
                        what,
                        running.size(),
                        millis / 1000.0,
                        why.isEmpty() ? "" : ", because " + why));
    }
}
