package kat.dev.loop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import kat.dev.config.DevException;
import org.jspecify.annotations.Nullable;

/// Compiles changed sources against the classes of the image that runs.
///
/// **Threads:** one owner.
public final class Compiler {

    private static final int FIRST_MAJOR = 44;
    private static final int MAJOR_AT = 7;
    private static final String NOTED = "now";
    private static final String LEARNT = "learnt";

    private final List<Path> classPath;
    private final Path folder;
    private @Nullable Set<String> index;

    /// @param classPath of the image
    /// @param folder for what is compiled, of this run alone
    public Compiler(List<Path> classPath, Path folder) {
        this.classPath = List.copyOf(classPath);
        this.folder = folder;
    }

    /// What came of it.
    ///
    /// @param classes those that are other than before, by their names; none when there are
    ///     errors
    /// @param before those of them that there were before, as they were
    /// @param errors the compiler's lines
    public record Outcome(
            SortedMap<String, byte[]> classes,
            SortedMap<String, byte[]> before,
            List<String> errors) {
        public Outcome {
            errors = List.copyOf(errors);
        }

        /// The names of those that the image has not.
        public List<String> added() {
            return classes.keySet().stream().filter(name -> !before.containsKey(name)).toList();
        }
    }

    /// @throws DevException when this Java has no compiler
    public Outcome compile(Collection<Path> sources) {
        if (sources.isEmpty()) {
            return new Outcome(new TreeMap<>(), new TreeMap<>(), List.of());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new DevException("this Java has no compiler; run kat with a JDK");
        }
        DiagnosticCollector<JavaFileObject> told = new DiagnosticCollector<>();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(told, Locale.ENGLISH, null)) {
            Path fresh = Files.createTempDirectory(Files.createDirectories(folder), "compiled");
            List<Path> all = new ArrayList<>(List.of(folder.resolve(NOTED)));
            all.addAll(classPath);
            List<String> options =
                    new ArrayList<>(List.of("-g", "-parameters", "-proc:none", "-nowarn"));
            options.addAll(List.of("-d", fresh.toString(), "-cp", joined(all)));
            release(sources, options);
            boolean isGood =
                    compiler.getTask(
                                    null,
                                    files,
                                    told,
                                    options,
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources))
                            .call();
            return isGood ? outcome(fresh) : failed(told);
        } catch (IOException e) {
            throw new DevException("cannot compile into " + folder, e);
        }
    }

    private static String joined(List<Path> paths) {
        return String.join(":", paths.stream().map(Path::toString).toList());
    }

    /// Sources are compiled for the Java for which their classes were compiled before.
    private void release(Collection<Path> sources, List<String> options) throws IOException {
        for (Path source : sources) {
            byte[] before = find(className(source));
            if (before != null && before.length > MAJOR_AT) {
                int major = (before[MAJOR_AT - 1] & 0xff) << 8 | (before[MAJOR_AT] & 0xff);
                options.addAll(List.of("--release", String.valueOf(major - FIRST_MAJOR)));
                return;
            }
        }
    }

    /// The name of the class that a source file is named for.
    private static String className(Path source) throws IOException {
        String simple = String.valueOf(source.getFileName()).replaceFirst("\\.java$", "");
        for (String line : Files.readAllLines(source)) {
            if (line.startsWith("package ")) {
                return line.substring("package ".length()).replaceAll("[;\\s].*", "")
                        + "."
                        + simple;
            }
        }
        return simple;
    }

    private static Outcome failed(DiagnosticCollector<JavaFileObject> told) {
        List<String> errors = new ArrayList<>();
        for (Diagnostic<? extends JavaFileObject> one : told.getDiagnostics()) {
            if (one.getKind() == Diagnostic.Kind.ERROR) {
                JavaFileObject source = one.getSource();
                String file = source == null ? "" : source.getName() + ":";
                errors.add(file + one.getLineNumber() + ": " + one.getMessage(Locale.ENGLISH));
            }
        }
        return new Outcome(new TreeMap<>(), new TreeMap<>(), errors);
    }

    private Outcome outcome(Path fresh) throws IOException {
        SortedMap<String, byte[]> changed = new TreeMap<>();
        SortedMap<String, byte[]> previous = new TreeMap<>();
        List<Path> files;
        try (Stream<Path> all = Files.walk(fresh)) {
            files = all.filter(file -> file.toString().endsWith(".class")).toList();
        }
        for (Path file : files) {
            String path = fresh.relativize(file).toString();
            String name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
            byte[] now = Files.readAllBytes(file);
            byte[] before = before(name);
            if (!Arrays.equals(before, now)) {
                changed.put(name, now);
                if (before != null) {
                    previous.put(name, before);
                }
            }
        }
        return new Outcome(changed, previous, List.of());
    }

    /// What is the same in the image, or in what was made of the same sources here, need not
    /// travel.
    private byte @Nullable [] before(String name) throws IOException {
        Path noted = folder.resolve(NOTED).resolve(path(name));
        Path learnt = folder.resolve(LEARNT).resolve(path(name));
        boolean isLearnt = !Files.exists(noted) && Files.exists(learnt);
        return isLearnt ? Files.readAllBytes(learnt) : find(name);
    }

    /// Compiles sources from which the image was made: another compiler may have made other
    /// bytes of them.
    ///
    /// @return whether they compile
    public boolean learn(Collection<Path> sources) {
        Outcome outcome = compile(sources);
        write(LEARNT, outcome.classes());
        return outcome.errors().isEmpty();
    }

    /// Whether the image has the class of a source.
    ///
    /// @param path of the source below its root, such as `app/Main.java`
    public boolean knows(String path) {
        Set<String> known = index;
        if (known == null) {
            known = readIndex();
            index = known;
        }
        String file = path.replaceFirst("\\.java$", ".class");
        return known.contains(file) || Files.exists(folder.resolve(NOTED).resolve(file));
    }

    private Set<String> readIndex() {
        Set<String> known = new HashSet<>();
        try {
            for (Path entry : classPath) {
                if (Files.isDirectory(entry)) {
                    known.addAll(files(entry).keySet());
                } else if (Files.isRegularFile(entry)) {
                    try (ZipFile jar = new ZipFile(entry.toFile())) {
                        jar.stream().forEach(one -> known.add(one.getName()));
                    }
                }
            }
            return known;
        } catch (IOException e) {
            throw new DevException("cannot read the classes of an image", e);
        }
    }

    private static SortedMap<String, Path> files(Path root) throws IOException {
        SortedMap<String, Path> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> found.put(root.relativize(file).toString(), file));
        }
        return found;
    }

    /// The classes that were noted, by their paths below the class path.
    public SortedMap<String, byte[]> noted() {
        Path root = folder.resolve(NOTED);
        SortedMap<String, byte[]> noted = new TreeMap<>();
        try {
            if (Files.isDirectory(root)) {
                for (Map.Entry<String, Path> file : files(root).entrySet()) {
                    noted.put(file.getKey(), Files.readAllBytes(file.getValue()));
                }
            }
            return noted;
        } catch (IOException e) {
            throw new DevException("cannot read from " + folder, e);
        }
    }

    /// Notes that classes run now, so that later ones are compared with them.
    public void note(Map<String, byte[]> classes) {
        write(NOTED, classes);
    }

    private void write(String below, Map<String, byte[]> classes) {
        try {
            for (Map.Entry<String, byte[]> one : classes.entrySet()) {
                Path file = folder.resolve(below).resolve(path(one.getKey()));
                Files.createDirectories(file.resolveSibling("."));
                Files.write(file, one.getValue());
            }
        } catch (IOException e) {
            throw new DevException("cannot write to " + folder, e);
        }
    }

    /// Removes everything that was compiled; it must not be used again.
    public void clear() {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new DevException("cannot remove " + folder, e);
        }
    }

    private static String path(String name) {
        return name.replace('.', '/') + ".class";
    }

    private byte @Nullable [] find(String name) throws IOException {
        Path noted = folder.resolve(NOTED).resolve(path(name));
        if (Files.exists(noted)) {
            return Files.readAllBytes(noted);
        }
        for (Path entry : classPath) {
            if (Files.isDirectory(entry) && Files.exists(entry.resolve(path(name)))) {
                return Files.readAllBytes(entry.resolve(path(name)));
            }
            if (Files.isRegularFile(entry)) {
                try (ZipFile jar = new ZipFile(entry.toFile())) {
                    ZipEntry found = jar.getEntry(path(name));
                    if (found != null) {
                        try (InputStream in = jar.getInputStream(found)) {
                            return in.readAllBytes();
                        }
                    }
                }
            }
        }
        return null;
    }
}
