package kat.app.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.HttpConfig;
import kat.apiserver.http.HttpServer;
import kat.apiserver.pki.Pem;
import kat.apiserver.pki.Pki;
import kat.apiserver.pki.TlsContexts;
import kat.base.Randomness;
import kat.base.SystemTicker;

/// A server that does nothing: KAT's own HTTP and TLS with an answer that is always the same. What
/// it reaches on a machine is the ceiling for the API server there.
///
/// Its argument is a folder, in which it writes `kubeconfig` once it listens. It ends when its
/// standard input does.
public final class BareServer {

    private static final int BODY = 1200; // characters, about a ConfigMap of the measurements

    private BareServer() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Pki pki = new Pki(folder, new SystemTicker(), Randomness.system());
        var identity = pki.serving(List.of("localhost"), List.of("127.0.0.1"));
        var tls = TlsContexts.server(identity, pki.authority());
        HttpConfig config =
                new HttpConfig(
                        "127.0.0.1",
                        0,
                        Runtime.getRuntime().availableProcessors(),
                        HttpConfig.DEFAULT_MAX_BODY_BYTES);
        JsonObject body =
                JsonObject.of("metadata", JsonObject.of("resourceVersion", Json.of("1")))
                        .with("x", "x".repeat(BODY));
        byte[] bytes = body.toBytes();
        HttpServer server = new HttpServer(config, () -> tls, exchange -> answer(exchange, bytes));
        server.start();
        String authority = Pem.write(pki.authority().certificate());
        write(folder, kubeconfig("https://127.0.0.1:" + server.port(), authority));
        while (System.in.read() >= 0) {
            // whoever started it says nothing until it is time to end
        }
        server.close();
    }

    private static void answer(Exchange exchange, byte[] body) {
        boolean post = exchange.request().method().equals("POST");
        exchange.send(Answer.of(post ? 201 : 200, Answer.JSON, body));
    }

    private static void write(Path folder, JsonObject kubeconfig) throws IOException {
        Path fresh = folder.resolve("kubeconfig.new");
        Files.write(fresh, kubeconfig.toBytes());
        Files.move(fresh, folder.resolve("kubeconfig"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static JsonObject kubeconfig(String server, String authority) {
        String encoded =
                Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8));
        JsonObject cluster =
                JsonObject.of(
                        "certificate-authority-data", Json.of(encoded), "server", Json.of(server));
        JsonObject user = JsonObject.of("token", Json.of("none"));
        return JsonObject.of(
                "clusters",
                JsonArray.of(JsonObject.of("cluster", cluster)),
                "users",
                JsonArray.of(JsonObject.of("user", user)));
    }
}
