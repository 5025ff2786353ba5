package kat.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The files of a page as answers of a web server: read when asked for, kept nowhere.
///
/// Files lie at the top, with a dot in their names, or under `assets`; every other path is one
/// that the page itself knows, and is answered with `index.html`. A file `NAME.gz` beside `NAME`
/// is its compressed form.
///
/// **Threads:** any; the caller's thread reads the file.
public final class WebFiles {

    private static final int OK = 200;
    private static final int MOVED = 301;
    private static final int UNCHANGED = 304;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;

    /// Nothing from elsewhere, no script or style in the page itself, no frame around it.
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final int DEEPEST = 3;

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "svg", "image/svg+xml",
                    "json", "application/json");

    private final Path folder;
    private final String prefix;

    /// @param folder what was built; it need not be there yet
    /// @param prefix where it is served, with slashes at both ends
    public WebFiles(Path folder, String prefix) {
        this.folder = folder;
        this.prefix = prefix;
    }

    /// A request for a file.
    ///
    /// @param path without the query
    /// @param encodings the header `Accept-Encoding`
    /// @param known the header `If-None-Match`
    public record Wanted(String method, String path, String encodings, String known) {}

    /// What to answer.
    ///
    /// @param headers in lower case, without the length
    /// @param body its parts; none for a request of the head alone
    public record Found(int code, SequencedMap<String, String> headers, List<byte[]> body) {}

    /// Whether a path belongs to the page.
    public boolean serves(String path) {
        return path.startsWith(prefix) || path.concat("/").equals(prefix);
    }

    /// @throws IOException when a file that is there cannot be read
    public Found find(Wanted wanted) throws IOException {
        if (!wanted.method().equals("GET") && !wanted.method().equals("HEAD")) {
            return text(NOT_ALLOWED, "405 method not allowed\n");
        }
        if (wanted.path().concat("/").equals(prefix)) {
            Found moved = text(MOVED, "");
            moved.headers().put("location", prefix);
            return moved;
        }
        Path file = file(wanted.path().substring(prefix.length()));
        if (file == null || !Files.isRegularFile(file)) {
            return text(NOT_FOUND, "404 page not found\n");
        }
        return found(file, wanted);
    }

    private Found found(Path file, Wanted wanted) throws IOException {
        String name = String.valueOf(file.getFileName());
        Path small = file.resolveSibling(name + ".gz");
        boolean compressed = wanted.encodings().contains("gzip") && Files.isRegularFile(small);
        boolean lasting = file.startsWith(folder.resolve("assets"));
        String tag =
                "\""
                        + Files.size(file)
                        + "-"
                        + Files.getLastModifiedTime(file).toMillis()
                        + (compressed ? "-gz" : "")
                        + "\"";
        SequencedMap<String, String> headers = headers();
        headers.put("cache-control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
        headers.put("etag", tag);
        headers.put("vary", "Accept-Encoding");
        if (wanted.known().equals(tag)) {
            return new Found(UNCHANGED, headers, List.of());
        }
        String ending = name.substring(name.lastIndexOf('.') + 1);
        headers.put("content-type", TYPES.getOrDefault(ending, "application/octet-stream"));
        if (compressed) {
            headers.put("content-encoding", "gzip");
        }
        boolean whole = wanted.method().equals("GET");
        List<byte[]> body =
                whole ? List.of(Files.readAllBytes(compressed ? small : file)) : List.of();
        return new Found(OK, headers, body);
    }

    /// Names of harmless letters only: no path leads out of the folder.
    private @Nullable Path file(String inside) {
        List<String> parts = List.of(inside.split("/", -1));
        boolean isAsset = parts.size() > 1 && parts.getFirst().equals("assets");
        if (!isAsset && (parts.size() > 1 || !inside.contains("."))) {
            return folder.resolve("index.html");
        }
        boolean harmless = parts.stream().allMatch(part -> PART.matcher(part).matches());
        return harmless && parts.size() <= DEEPEST && !inside.endsWith(".gz")
                ? folder.resolve(inside)
                : null;
    }

    private static Found text(int code, String text) {
        SequencedMap<String, String> headers = headers();
        headers.put("content-type", "text/plain; charset=utf-8");
        headers.put("cache-control", "no-store");
        return new Found(code, headers, List.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static SequencedMap<String, String> headers() {
        SequencedMap<String, String> headers = new LinkedHashMap<>();
        headers.put("content-security-policy", POLICY);
        headers.put("x-content-type-options", "nosniff");
        headers.put("x-frame-options", "DENY");
        headers.put("referrer-policy", "no-referrer");
        headers.put("cross-origin-opener-policy", "same-origin");
        headers.put("cross-origin-resource-policy", "same-origin");
        return headers;
    }
}
