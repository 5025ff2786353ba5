package kat.monitoring;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import kat.base.Ticker;
import kat.client.addon.ProgramContext;

/// Tells Prometheus and Alertmanager that their files have changed, through the API server's
/// way to their Services.
///
/// A node shows a changed ConfigMap to its pods some time later, at once in KAT and after up to
/// a minute elsewhere, so each change is told of several times; to read the same again is
/// harmless.
///
/// **Threads:** any.
final class Reload implements AutoCloseable {

    /// After a change.
    static final List<Duration> AFTER =
            List.of(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(75));

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int FIRST_ERROR = 300;

    private final Settings settings;
    private final ProgramContext.Server server;
    private final Echoes echoes;
    private final Consumer<String> told;
    private final HttpClient http;

    /// @param told is given a sentence about what did not work; empty when it did
    Reload(Settings settings, ProgramContext.Server server, Ticker ticker, Consumer<String> told) {
        this.settings = settings;
        this.server = server;
        this.echoes =
                new Echoes(AFTER, ticker, () -> ticker.threads().start("reload", this::reload));
        this.told = told;
        this.http =
                HttpClient.newBuilder().sslContext(server.tls()).connectTimeout(PATIENCE).build();
    }

    /// Something that they mount is another.
    void changed() {
        echoes.changed();
    }

    private void reload() {
        String failed = reload("prometheus:9090");
        if (!settings.alertmanager().isEmpty()) {
            String other = reload("alertmanager:9093");
            failed = failed.isEmpty() ? other : failed;
        }
        told.accept(failed);
    }

    /// @return what did not work; empty when it did
    private String reload(String service) {
        URI uri =
                server.address()
                        .resolve(
                                "/api/v1/namespaces/"
                                        + settings.namespace()
                                        + "/services/"
                                        + service
                                        + "/proxy/-/reload");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.noBody());
        String token = server.token().get();
        if (!token.isEmpty()) {
            request.header("authorization", "Bearer " + token);
        }
        try {
            HttpResponse<String> answer =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() < FIRST_ERROR
                    ? ""
                    : service + " was not reloaded: " + shortened(answer.body());
        } catch (IOException e) {
            return service + " was not reloaded: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static String shortened(String text) {
        int most = 300; // characters
        String line = text.strip().replace('\n', ' ');
        return line.length() <= most ? line : line.substring(0, most) + "…";
    }

    @Override
    public void close() {
        echoes.close();
        http.shutdownNow();
    }
}
