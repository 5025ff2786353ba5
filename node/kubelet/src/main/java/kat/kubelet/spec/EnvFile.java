package kat.kubelet.spec;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Variables in a file of a pod's volume, of which a container takes one into its environment.
///
/// A line reads `NAME='value'`, and a value may go over several lines. Nothing inside the
/// quotes is replaced. Lines that begin with `#`, empty ones, and what follows a `#` after the
/// closing quote say nothing. Any other line makes the file useless, but only once it is
/// reached: lines after the wanted variable are not looked at.
///
/// Who writes the file is not trusted: a link is followed as if the volume were the whole file
/// system, and only a plain file is opened.
///
/// **Source:** `ParseEnv` in `pkg/kubelet/util/env/env_util.go`; `SecureJoin` of
/// `github.com/cyphar/filepath-securejoin`.
final class EnvFile {

    /// A line is shorter than so many bytes, as for Go's `bufio.Scanner`.
    static final int MAX_LINE_BYTES = 64 * 1024;

    /// A program cannot be started with a longer text, by Linux' `MAX_ARG_STRLEN`.
    static final int MAX_VALUE_BYTES = 128 * 1024;

    private static final int MAX_LINKS = 255;

    private final InputStream in;
    private int line;

    private EnvFile(InputStream in) {
        this.in = in;
    }

    /// Where a path of a volume leads, which need not exist.
    ///
    /// @param path a leading `/` and links mean the volume's own root
    /// @return below the volume, without links as of now
    static Path find(Path volume, String path) throws IOException {
        Path root = volume.toRealPath();
        Path at = root;
        Deque<Path> left = new ArrayDeque<>();
        push(left, Path.of(path));
        int links = 0;
        while (!left.isEmpty()) {
            String name = left.pop().toString();
            if (name.equals("..")) {
                at = at.equals(root) ? root : at.resolveSibling("");
            } else if (!name.isEmpty() && !name.equals(".")) {
                Path next = at.resolve(name);
                if (!Files.isSymbolicLink(next)) {
                    at = next;
                    continue;
                }
                if (++links > MAX_LINKS) {
                    throw new IOException("too many levels of symbolic links");
                }
                Path target = Files.readSymbolicLink(next);
                at = target.isAbsolute() ? root : at;
                push(left, target);
            }
        }
        return at;
    }

    private static void push(Deque<Path> left, Path path) {
        for (int i = path.getNameCount() - 1; i >= 0; i--) {
            left.push(path.getName(i));
        }
    }

    /// @param file by [#find]; it is not opened when meanwhile a link stands in its way
    /// @return empty when no such variable is there
    /// @throws IOException when the file is missing or not as it must be
    static String value(Path volume, Path file, String key) throws IOException {
        Path root = volume.toRealPath();
        try (DirectoryStream<Path> folder = Files.newDirectoryStream(root);
                InputStream in = open(folder, root.relativize(file))) {
            return new EnvFile(new BufferedInputStream(in)).find(key);
        }
    }

    /// Opens each folder on the way from the one before it: nobody can put a link between.
    private static InputStream open(DirectoryStream<Path> folder, Path path) throws IOException {
        if (!(folder instanceof SecureDirectoryStream<Path> safe)) {
            throw new IOException("this system opens no files relative to a folder");
        }
        Path first = path.getName(0);
        if (path.getNameCount() > 1) {
            try (DirectoryStream<Path> next =
                    safe.newDirectoryStream(first, LinkOption.NOFOLLOW_LINKS)) {
                return open(next, path.subpath(1, path.getNameCount()));
            }
        }
        // A pipe would keep the one who opens it waiting.
        boolean plain =
                safe.getFileAttributeView(
                                first, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .readAttributes()
                        .isRegularFile();
        if (!plain) {
            throw new NoSuchFileException(first.toString(), null, "not a plain file");
        }
        return Channels.newInputStream(
                safe.newByteChannel(
                        first, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
    }

    private String find(String key) throws IOException {
        String name = new String(key.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        for (String text = next(); text != null; text = next()) {
            String assignment = trim(text);
            if (assignment.isEmpty() || assignment.startsWith("#")) {
                continue;
            }
            int equals = assignment.indexOf('=');
            requireName(assignment, equals);
            boolean wanted = assignment.substring(0, equals).equals(name);
            String value = assignment.substring(equals + 1);
            // What stands apart belongs to nothing: as in a shell the variable is empty.
            if (value.startsWith(" ") || value.startsWith("\t")) {
                if (wanted) {
                    return "";
                }
                continue;
            }
            if (!value.startsWith("'")) {
                throw fault("value must be enclosed in single quotes");
            }
            String found = quoted(value.substring(1), wanted);
            if (wanted) {
                return new String(
                        found.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private void requireName(String assignment, int equals) throws IOException {
        if (equals < 0) {
            throw fault("missing '='");
        }
        if (trim(assignment.substring(0, equals)).isEmpty()) {
            throw fault("empty variable name");
        }
        char last = assignment.charAt(equals - 1);
        if (last == ' ' || last == '\t') {
            throw fault("whitespace before '=' is not allowed");
        }
    }

    /// @param rest of the line behind the opening quote
    /// @param wanted otherwise the value is passed over
    private String quoted(String rest, boolean wanted) throws IOException {
        int start = line;
        StringBuilder value = new StringBuilder();
        String text = rest;
        int end = text.indexOf('\'');
        while (end < 0) {
            append(value, text + "\n", wanted);
            text = next();
            if (text == null) {
                throw new IOException(
                        "invalid environment variable format starting at line "
                                + start
                                + ": unclosed single quote");
            }
            end = text.indexOf('\'');
        }
        append(value, text.substring(0, end), wanted);
        String after = trim(text.substring(end + 1));
        if (!after.isEmpty() && !after.startsWith("#")) {
            throw fault("unexpected content after closing quote");
        }
        return value.toString();
    }

    private void append(StringBuilder value, String text, boolean wanted) throws IOException {
        if (wanted) {
            value.append(text);
            if (value.length() > MAX_VALUE_BYTES) {
                throw fault("value is longer than " + MAX_VALUE_BYTES + " bytes");
            }
        }
    }

    private IOException fault(String what) {
        return new IOException("invalid environment variable format at line " + line + ": " + what);
    }

    private static String trim(String text) {
        int start = 0;
        while (start < text.length() && (text.charAt(start) == ' ' || text.charAt(start) == '\t')) {
            start++;
        }
        return text.substring(start);
    }

    /// The next line with a character for each byte; null at the end.
    private @Nullable String next() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int each = in.read();
        if (each < 0) {
            return null;
        }
        line++;
        for (; each >= 0 && each != '\n'; each = in.read()) {
            bytes.write(each);
            if (bytes.size() >= MAX_LINE_BYTES) {
                throw new IOException("line " + line + " is too long");
            }
        }
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
