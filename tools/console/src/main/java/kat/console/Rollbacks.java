package kat.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;

/// Rolls releases back by Helm, and tells what it says line by line.
///
/// The answer's last line is `exit` and Helm's exit code, so that an answer that was cut
/// off shows.
/// A rollback goes on to its end also when the browser goes away or the person ends the
/// dashboard ([#awaitEnd]): half of one helps nobody.
///
/// **Threads:** any.
final class Rollbacks {

    private static final int MOST_AT_ONCE = 4;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY = 429;
    private static final int CHUNK = 4 << 10;

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern RELEASE = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,51}[a-z0-9])?");

    private final Helm helm;
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);

    Rollbacks(Helm helm) {
        this.helm = helm;
    }

    /// What the page asks for.
    ///
    /// @param isTrial whether the cluster tries each change and keeps none
    /// @param waits until what the release made is ready
    record Wish(String namespace, String name, long revision, boolean isTrial, boolean waits) {

        /// @throws IllegalArgumentException when it is none
        static Wish of(byte[] body) {
            try {
                JsonObject said =
                        Json.parse(body) instanceof JsonObject object ? object : JsonObject.EMPTY;
                Wish wish =
                        new Wish(
                                said.string("namespace"),
                                said.string("name"),
                                said.integer("revision", 0),
                                said.bool("trial"),
                                said.bool("wait"));
                boolean isMeant =
                        NAMESPACE.matcher(wish.namespace).matches()
                                && RELEASE.matcher(wish.name).matches()
                                && wish.revision > 0
                                && wish.revision <= Integer.MAX_VALUE;
                if (!isMeant) {
                    throw new IllegalArgumentException("no release and revision");
                }
                return wish;
            } catch (JsonException e) {
                throw new IllegalArgumentException("not JSON", e);
            }
        }

        List<String> words() {
            List<String> words = new ArrayList<>(List.of("rollback", name));
            words.addAll(List.of(String.valueOf(revision), "--namespace", namespace));
            words.add(isTrial ? "--dry-run=server" : "--debug");
            if (waits && !isTrial) {
                words.add("--wait");
            }
            return words;
        }
    }

    /// Does what a body of a request asks for, and answers.
    ///
    /// @throws Answer.Cut when the browser went away before the end
    void run(byte[] body, OutputStream out) throws IOException {
        Wish wish;
        try {
            wish = Wish.of(body);
        } catch (IllegalArgumentException e) {
            Answer.refusal(BAD_REQUEST, "BadRequest", String.valueOf(e.getMessage()), out);
            return;
        }
        if (!free.tryAcquire()) {
            String why = MOST_AT_ONCE + " rollbacks are under way; try again when one has ended";
            Answer.refusal(TOO_MANY, "TooManyRequests", why, out);
            return;
        }
        try {
            Process process;
            try {
                process = helm.command(wish.words()).redirectErrorStream(true).start();
                process.getOutputStream().close();
            } catch (IOException | IllegalStateException e) {
                String why = "Helm cannot be run: " + e.getMessage();
                Answer.refusal(SERVER_ERROR, "InternalError", why, out);
                return;
            }
            follow(process, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            free.release();
        }
    }

    boolean isUnderWay() {
        return free.availablePermits() < MOST_AT_ONCE;
    }

    /// Waits until those under way have ended; from then on none begins.
    ///
    /// @return whether they ended in that time
    boolean awaitEnd(Duration patience) throws InterruptedException {
        return free.tryAcquire(MOST_AT_ONCE, patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void follow(Process process, OutputStream out)
            throws IOException, InterruptedException {
        try (InputStream said = process.getInputStream()) {
            try {
                Answer.Pieces pieces =
                        new Answer.Pieces(
                                OK, List.of(Map.entry("content-type", "text/plain")), out);
                byte[] chunk = new byte[CHUNK];
                for (int n = said.read(chunk); n >= 0; n = said.read(chunk)) {
                    pieces.write(chunk, n);
                }
                byte[] end = ("exit " + process.waitFor() + "\n").getBytes(StandardCharsets.UTF_8);
                pieces.write(end, end.length);
                pieces.end();
            } catch (IOException gone) {
                // Whoever writes into a full pipe that nobody reads waits for ever.
                said.transferTo(OutputStream.nullOutputStream());
                throw new Answer.Cut(gone);
            }
        }
    }
}
