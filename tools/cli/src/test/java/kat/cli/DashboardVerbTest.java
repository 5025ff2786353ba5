package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kat dashboard` where a desktop is, whose browser is a script that tells what it was given.
class DashboardVerbTest {

    @TempDir private Path folder;
    private KatProcess kat;

    @BeforeEach
    void sit() throws IOException {
        Path page = folder.resolve("programs/console/target/web");
        Files.createDirectories(page);
        Files.writeString(page.resolve("index.html"), "<title>the page</title>");
        Files.writeString(
                folder.resolve("kubeconfig"),
                """
                current-context: one
                contexts: [{name: one, context: {cluster: a, user: me, namespace: shop}}]
                clusters: [{name: a, cluster: {server: "https://a.example:6443"}}]
                users: [{name: me, user: {token: secret}}]
                """);
        Path programs = Files.createDirectories(folder.resolve("bin"));
        Path browser = programs.resolve("xdg-open");
        Files.writeString(
                browser,
                """
                #!/bin/sh
                cd %s
                stat -c %%a "$1" >mode && cp "$1" seen && echo "$#" >told.tmp && mv told.tmp told
                """
                        .formatted(folder));
        assertTrue(browser.toFile().setExecutable(true));
        kat =
                KatProcess.in(folder)
                        .with("PATH", programs + ":" + System.getenv("PATH"))
                        .with("KAT_PROGRAMS", folder.resolve("programs").toString());
    }

    private Process dashboard(String... more) throws IOException, InterruptedException {
        String[] words = new String[more.length + 3];
        words[0] = "dashboard";
        words[1] = "--kubeconfig";
        words[2] = folder.resolve("kubeconfig").toString();
        System.arraycopy(more, 0, words, 3, more.length);
        Process dashboard = kat.start(words);
        KatProcess.await(
                "its last word",
                () -> kat.said().contains("ends the dashboard.\n") || !dashboard.isAlive());
        assertTrue(dashboard.isAlive(), kat.said());
        return dashboard;
    }

    private static int answer(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Test
    void opensTheBrowserOnceWithAnAddressThatSignsIn() throws Exception {
        KatProcess unused = kat.with("DISPLAY", ":0");
        Process dashboard = dashboard();
        try {
            KatProcess.await("the browser", () -> Files.exists(folder.resolve("told")));
            String address = kat.said().lines().findFirst().orElseThrow();
            String seen = Files.readString(folder.resolve("seen"));

            assertTrue(seen.contains("content=\"0; url=" + address + "\""), seen);
            assertEquals("600", Files.readString(folder.resolve("mode")).strip());
            assertEquals("1", Files.readString(folder.resolve("told")).strip());
            URI page = URI.create(address);
            HttpRequest.BodyPublisher secret =
                    HttpRequest.BodyPublishers.ofString(page.getFragment());
            assertEquals(200, answer(HttpRequest.newBuilder(page)));
            HttpRequest.Builder session =
                    HttpRequest.newBuilder(page.resolve("session.json"))
                            .header("x-kat-console", "1")
                            .POST(secret);
            assertEquals(200, answer(session));
            assertEquals(401, answer(session), "one browser, once");
        } finally {
            dashboard.destroy();
            assertTrue(KatProcess.end(dashboard) >= 0);
        }
    }

    @Test
    void opensNoBrowserWhereNoneIsWantedOrThereIsNoDesktop() throws Exception {
        for (String[] words : new String[][] {{}, {"--no-open"}}) {
            KatProcess unused = kat.with("DISPLAY", words.length == 0 ? "" : ":0");
            Process dashboard = dashboard(words);
            String address = kat.said().lines().findFirst().orElseThrow();
            assertEquals(200, answer(HttpRequest.newBuilder(URI.create(address))));
            dashboard.destroy();
            assertTrue(KatProcess.end(dashboard) >= 0);

            assertFalse(Files.exists(folder.resolve("seen")));
        }
    }
}
