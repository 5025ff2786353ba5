package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// A plain client of one API server, which trusts its authority.
final class HttpsClient implements AutoCloseable {

    private final ApiServer server;
    private final HttpClient client;

    HttpsClient(ApiServer server) throws Exception {
        this.server = server;
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", server.pki().authority().certificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        this.client = HttpClient.newBuilder().sslContext(context).build();
    }

    String adminToken() {
        JsonObject config = (JsonObject) Json.parse(server.kubeconfig("t", true).getBytes(UTF_8));
        return config.array("users").objects().getFirst().object("user").string("token");
    }

    /// Sends a request.
    ///
    /// @param body empty for none
    /// @param headers names and values in turn
    HttpResponse<String> send(String method, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.address().resolve(path))
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// As [#send], by the administrator.
    HttpResponse<String> admin(String method, String path, String body, String... headers)
            throws Exception {
        String[] all = new String[headers.length + 2];
        all[0] = "Authorization";
        all[1] = "Bearer " + adminToken();
        System.arraycopy(headers, 0, all, 2, headers.length);
        return send(method, path, body, all);
    }

    /// Asks as the administrator for an answer that is read bit by bit.
    HttpResponse<InputStream> open(HttpClient.Version version, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(server.address().resolve(path))
                        .version(version)
                        .header("Authorization", "Bearer " + adminToken())
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    }

    /// Reads, as the administrator, what an answer holds before anything is unpacked.
    ///
    /// @param headers further ones: names and values in turn
    HttpResponse<byte[]> bytes(HttpClient.Version version, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.address().resolve(path))
                        .version(version)
                        .header("Authorization", "Bearer " + adminToken());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /// Begins to read what goes on, as the administrator.
    ///
    /// @param headers further ones: names and values in turn
    HttpResponse<InputStream> open(String path, String accept, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.address().resolve(path))
                        .headers("Authorization", "Bearer " + adminToken(), "Accept", accept);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    @Override
    public void close() {
        client.close();
    }
}
