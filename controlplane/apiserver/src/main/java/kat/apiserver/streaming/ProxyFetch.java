package kat.apiserver.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.Request;
import kat.client.kubeconfig.TrustAll;

/// Sends a request on to a server of the cluster and its answer back. Links in HTML and redirects
/// that begin with a slash are changed so that they lead through the proxy again.
///
/// **Threads:** any; blocks as long as the answer lasts.
///
/// **Source:** `k8s.io/apimachinery/pkg/util/proxy`.
public final class ProxyFetch {

    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(30);

    /// Of one connection only, or set by the HTTP client itself.
    private static final Set<String> NOT_PASSED =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "http2-settings",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "authorization",
                    "origin");

    /// Certificates of pods are not checked, as Kubernetes does not: nobody could know their names.
    private static HttpClient client() {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, new TrustManager[] {new TrustAll()}, null);
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT_PATIENCE)
                    .sslContext(tls)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no TLS", e);
        }
    }

    /// @param prefix of this server's paths that stand for the other server's root
    /// @throws IOException when the other server does not answer
    public void pass(Exchange exchange, URI at, String prefix)
            throws IOException, InterruptedException {
        HttpRequest request = request(exchange.request(), at, prefix);
        try (HttpClient client = client()) {
            HttpResponse<InputStream> response = send(client, request, at);
            String type = response.headers().firstValue("content-type").orElse("");
            boolean html =
                    type.toLowerCase(Locale.ROOT).startsWith("text/html")
                            && response.headers().firstValue("content-encoding").isEmpty();
            Answer head =
                    new Answer(
                            response.statusCode(), type, headers(response, at, prefix), List.of());
            InputStream body = response.body();
            NodeStreams.relay(exchange, head, html ? new LinkedPage(body, prefix) : body);
        }
    }

    private static HttpResponse<InputStream> send(HttpClient client, HttpRequest request, URI at)
            throws IOException, InterruptedException {
        try {
            return client.send(request, BodyHandlers.ofInputStream());
        } catch (ConnectException e) {
            throw new IOException(
                    "dial tcp " + at.getAuthority() + ": connect: connection refused", e);
        }
    }

    private static HttpRequest request(Request from, URI at, String prefix) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(at)
                        .method(from.method(), BodyPublishers.ofByteArray(from.body()));
        for (Map.Entry<String, String> header : from.allHeaders()) {
            if (!NOT_PASSED.contains(header.getKey()) && !header.getKey().startsWith(":")) {
                request.header(header.getKey(), header.getValue());
            }
        }
        String forwarded = from.header("x-forwarded-for");
        String peer = from.peer().address();
        return request.setHeader("x-forwarded-uri", prefix + at.getRawPath())
                .setHeader("x-forwarded-for", forwarded == null ? peer : forwarded + ", " + peer)
                .build();
    }

    private static List<Answer.Header> headers(
            HttpResponse<InputStream> response, URI at, String prefix) {
        List<Answer.Header> headers = new ArrayList<>();
        response.headers()
                .map()
                .forEach(
                        (name, values) -> {
                            String lower = name.toLowerCase(Locale.ROOT);
                            if (NOT_PASSED.contains(lower)
                                    || lower.startsWith(":")
                                    || lower.startsWith("access-control-")
                                    || lower.equals("content-type")) {
                                return;
                            }
                            for (String value : values) {
                                boolean place = lower.equals("location");
                                String shown =
                                        place ? ProxyLinks.location(value, at, prefix) : value;
                                headers.add(new Answer.Header(lower, shown));
                            }
                        });
        return headers;
    }
}
