package kat.dev.build;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.dev.config.DevException;

/// Puts a small Java program before the one of an image, which starts that one and starts it
/// again, in place, with changed classes and resources before its own.
///
/// It is `kat.dev.inside.Supervisor`, compiled here for Java 8 so that every image can run it,
/// and a layer of its own: an image needs neither a shell nor a tar for it.
public final class Supervision {

    private static final String SOURCE = "/kat/dev/inside/Supervisor.java";
    private static final String MAIN = "kat.dev.inside.Supervisor";
    private static final String FOLDER = "kat-dev";
    private static final int READABLE = 0644;
    private static final Set<String> CLASS_PATH = Set.of("-cp", "-classpath", "--class-path");

    /// It interprets, with a heap and stacks that suffice for what it does. No garbage
    /// collector is named, since two of them, one from `JAVA_TOOL_OPTIONS`, are refused.
    private static final List<String> FRUGAL = List.of("-Xint", "-Xms4m", "-Xmx12m", "-Xss512k");

    private Supervision() {}

    /// The image with that program, or empty for one that starts no Java by a class path.
    ///
    /// @param port of loopback on which it is told
    /// @param debugging the port of loopback on which the image's own program listens for
    ///     debuggers
    public static Optional<BuiltImage> supervised(
            BuiltImage image, ImageStore store, int port, int debugging) {
        JsonObject config = (JsonObject) Json.parse(store.read(image.config()));
        JsonObject process = config.object("config");
        List<String> own = process.array("Entrypoint").strings();
        boolean isJava =
                !own.isEmpty()
                        && own.getFirst().matches("(.*/)?java")
                        && own.stream().anyMatch(CLASS_PATH::contains);
        if (!isJava) {
            return Optional.empty();
        }
        byte[] layer = layer();
        List<String> words = new ArrayList<>(List.of(own.getFirst()));
        words.addAll(FRUGAL);
        words.addAll(List.of("-cp", "/" + FOLDER, MAIN, String.valueOf(port)));
        words.add(ImageEdit.agent(debugging));
        words.addAll(own);
        JsonObject root = config.object("rootfs");
        List<String> layers = new ArrayList<>(root.array("diff_ids").strings());
        layers.add("sha256:" + Digest.of(layer));
        JsonObject changed =
                config.with("config", process.with("Entrypoint", JsonArray.ofStrings(words)))
                        .with("rootfs", root.with("diff_ids", JsonArray.ofStrings(layers)));
        if (config.has("history")) {
            List<Json> history = new ArrayList<>(config.array("history").objects());
            history.add(JsonObject.of("created_by", Json.of("kat dev")));
            changed = changed.with("history", new JsonArray(history));
        }
        List<BuiltImage.Blob> blobs = new ArrayList<>(image.layers());
        blobs.add(store.write(BuiltImage.LAYER, layer));
        return Optional.of(
                new BuiltImage(store.write(BuiltImage.CONFIG, changed.toBytes()), blobs));
    }

    private static byte[] layer() {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        try {
            for (Map.Entry<String, byte[]> one : classes().entrySet()) {
                String file = FOLDER + "/" + one.getKey().replace('.', '/') + ".class";
                Tar.file(tar, file, READABLE, one.getValue());
            }
            Tar.end(tar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tar.toByteArray();
    }

    /// The program's classes by their names.
    ///
    /// @throws DevException when this Java has no compiler
    public static SortedMap<String, byte[]> classes() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new DevException("this Java has no compiler; run kat with a JDK");
        }
        DiagnosticCollector<JavaFileObject> told = new DiagnosticCollector<>();
        try (Memory files =
                new Memory(compiler.getStandardFileManager(told, Locale.ENGLISH, null))) {
            boolean isGood =
                    compiler.getTask(
                                    null,
                                    files,
                                    told,
                                    List.of("--release", "8", "-Xlint:-options", "-proc:none"),
                                    null,
                                    List.of(new Source()))
                            .call();
            if (!isGood) {
                throw new IllegalStateException(told.getDiagnostics().toString());
            }
            return files.classes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        Source() {
            super(URI.create("string://" + SOURCE), Kind.SOURCE);
        }

        @Override
        public CharSequence getCharContent(boolean ignoresEncodingErrors) throws IOException {
            try (InputStream in = Supervision.class.getResourceAsStream(SOURCE)) {
                if (in == null) {
                    throw new IllegalStateException(SOURCE + " is missing");
                }
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }

    /// Keeps what is compiled in memory.
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {

        private final SortedMap<String, ByteArrayOutputStream> written = new TreeMap<>();

        Memory(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            written.put(name, bytes);
            return new SimpleJavaFileObject(URI.create("mem:///" + name), kind) {
                @Override
                public ByteArrayOutputStream openOutputStream() {
                    return bytes;
                }
            };
        }

        SortedMap<String, byte[]> classes() {
            SortedMap<String, byte[]> classes = new TreeMap<>();
            written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }
}
