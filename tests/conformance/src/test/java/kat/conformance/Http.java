package kat.conformance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/// Requests from this machine.
final class Http {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Http() {}

    /// The body of an answer with status 200, over a connection of its own.
    static String get(String address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE).build();
            var answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(address + " answered " + answer.statusCode());
            }
            return answer.body();
        }
    }

    /// The same of an address that was told just now: the kernel's rules follow what the API says
    /// some milliseconds later.
    static String awaited(String address) throws IOException, InterruptedException {
        AtomicReference<String> body = new AtomicReference<>("");
        Waiting.until(
                address + " answers",
                () -> {
                    try {
                        body.set(get(address));
                        return true;
                    } catch (IOException e) {
                        return false;
                    }
                });
        return body.get();
    }
}
