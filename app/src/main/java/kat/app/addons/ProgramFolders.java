package kat.app.addons;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import kat.client.addon.Program;
import org.jspecify.annotations.Nullable;

/// Loads programs of add-ons from folders of jars. Each load has a class loader of its own,
/// whose classes go when it is closed; of the server's classes it sees the libraries `base`,
/// `api` and `client` alone, so that a program may bring another version of any other library.
///
/// @param root holds a folder for each program: `NAME`, or `NAME/target/dist` where KAT was
///     built from sources; null for a server that has none
public record ProgramFolders(@Nullable Path root) {

    /// Where no program is found.
    public static final ProgramFolders NONE = new ProgramFolders(null);

    /// The folder that the environment names; see `docs/addons.md`.
    public static final String VARIABLE = "KAT_PROGRAMS";

    /// @param named as the environment names it; empty for none
    public static ProgramFolders of(String named) {
        return named.isEmpty() ? NONE : new ProgramFolders(Path.of(named));
    }

    /// The folder of the page that a tool brings; null where nothing is kept. It need not be there.
    ///
    /// @param name of the tool
    public @Nullable Path page(String name) {
        return root == null ? null : root.resolve(name).resolve("target").resolve("web");
    }

    /// A program, and what keeps its classes in memory.
    record Loaded(Program program, URLClassLoader classes) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            classes.close();
        }
    }

    /// @param name of the add-on; checked to be one word
    /// @throws IOException when there is no such program, or its jars cannot be read; the
    ///     message is one sentence
    Loaded load(String name) throws IOException {
        List<URL> jars = jars(name);
        if (jars.isEmpty()) {
            throw new IOException("this KAT has no program for the add-on " + name);
        }
        URLClassLoader classes =
                new URLClassLoader(
                        "add-on " + name,
                        jars.toArray(URL[]::new),
                        new Shared(ProgramFolders.class.getClassLoader()));
        List<Program> found = new ArrayList<>();
        ServiceLoader.load(Program.class, classes).forEach(found::add);
        if (found.size() != 1) {
            classes.close();
            throw new IOException(
                    "the jars of the add-on "
                            + name
                            + " hold "
                            + found.size()
                            + " programs, not 1");
        }
        return new Loaded(found.getFirst(), classes);
    }

    private List<URL> jars(String name) throws IOException {
        if (root == null || !name.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?")) {
            return List.of();
        }
        Path built = root.resolve(name).resolve("target").resolve("dist");
        Path folder = Files.isDirectory(built) ? built : root.resolve(name);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(".jar")) {
                    jars.add(url(file));
                }
            }
        }
        return jars;
    }

    private static URL url(Path file) throws MalformedURLException {
        return file.toUri().toURL();
    }

    /// The part of the server that programs share with it.
    private static final class Shared extends ClassLoader {

        private static final List<String> PACKAGES =
                List.of("kat.base.", "kat.api.", "kat.client.", "org.jspecify.");

        private final ClassLoader server;

        Shared(ClassLoader server) {
            super(ClassLoader.getPlatformClassLoader());
            this.server = server;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean isShared = PACKAGES.stream().anyMatch(name::startsWith);
            return isShared ? server.loadClass(name) : super.loadClass(name, resolve);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return ClassLoader.getPlatformClassLoader().getResources(name);
        }
    }
}
