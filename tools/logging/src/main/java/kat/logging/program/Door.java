package kat.logging.program;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import kat.api.Status;
import org.jspecify.annotations.Nullable;

/// HTTPS for the API server alone: who asks for whom is taken from the headers of a request
/// whose certificate says that it is the API server's.
///
/// **Limits:** [#MOST_AT_ONCE] requests, and [Places] among them; more are told to come again.
///
/// **Threads:** one for each request.
///
/// **Source:** Kubernetes' page "Configure the Aggregation Layer", request headers.
final class Door implements AutoCloseable {

    private static final int MOST_AT_ONCE = 128;
    private static final String EXTRA = "X-Remote-Extra-";
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int FORBIDDEN = 403;

    private final HttpsServer server;

    /// Threads of the system's: a search may keep a processor for long, and virtual threads
    /// would take it away from the whole server.
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofPlatform().name("kat-logging-", 0).daemon().factory());

    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final SearchApi api;
    private final List<String> allowed;

    /// @param tls asks for certificates of the API server's authority
    /// @param allowed names of certificates that may speak for users; empty for any
    /// @throws IOException when no port can be opened
    Door(String address, SSLContext tls, List<String> allowed, SearchApi api) throws IOException {
        this.api = api;
        this.allowed = List.copyOf(allowed);
        this.server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(tls) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters needed = tls.getDefaultSSLParameters();
                        needed.setNeedClientAuth(true);
                        parameters.setSSLParameters(needed);
                    }
                });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    void start() {
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            SearchApi.Answer answer = answer(exchange);
            byte[] body = answer.body().toBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            long retry = answer.body().object("details").integer("retryAfterSeconds", 0);
            if (retry > 0) {
                exchange.getResponseHeaders().set("Retry-After", Long.toString(retry));
            }
            exchange.sendResponseHeaders(answer.code(), body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private SearchApi.Answer answer(HttpExchange exchange)
            throws IOException, InterruptedException {
        if (!isApiServer(exchange)) {
            return refusal(FORBIDDEN, "Forbidden", "only the API server may ask here");
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            return refusal(METHOD_NOT_ALLOWED, "MethodNotAllowed", "lines can only be read");
        }
        if (!places.tryAcquire()) {
            Status refused = Places.tooMany();
            return new SearchApi.Answer(refused.code(), refused.toJson());
        }
        try {
            return api.answer(
                    exchange.getRequestURI().getPath(),
                    parameters(exchange.getRequestURI().getRawQuery()),
                    user(exchange.getRequestHeaders()));
        } finally {
            places.release();
        }
    }

    /// Who is asked for, as the API server says it.
    static User user(Headers headers) {
        SortedMap<String, List<String>> extra = new TreeMap<>();
        headers.forEach(
                (name, values) -> {
                    if (name.regionMatches(true, 0, EXTRA, 0, EXTRA.length())) {
                        String key = name.substring(EXTRA.length()).toLowerCase(Locale.ROOT);
                        List<String> unused =
                                extra.put(URLDecoder.decode(key, StandardCharsets.UTF_8), values);
                    }
                });
        return new User(
                first(headers, "X-Remote-User"),
                first(headers, "X-Remote-Uid"),
                headers.getOrDefault("X-Remote-Group", List.of()),
                extra);
    }

    private static String first(Headers headers, String name) {
        String value = headers.getFirst(name);
        return value == null ? "" : value;
    }

    private static SearchApi.Answer refusal(int code, String reason, String message) {
        return new SearchApi.Answer(
                code, new Status(code, reason, message, Status.Details.NONE).toJson());
    }

    private boolean isApiServer(HttpExchange exchange) throws IOException {
        Certificate first = ((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0];
        return first instanceof X509Certificate certificate
                && (allowed.isEmpty() || allowed.contains(commonName(certificate)));
    }

    private static String commonName(X509Certificate certificate) {
        try {
            for (Rdn part :
                    new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return String.valueOf(part.getValue());
                }
            }
            return "";
        } catch (InvalidNameException e) {
            return "";
        }
    }

    /// Each with its last value.
    static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> found = new TreeMap<>();
        if (query == null || query.isEmpty()) {
            return found;
        }
        for (String each : query.split("&", -1)) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals);
            String value = equals < 0 ? "" : each.substring(equals + 1);
            found.put(
                    URLDecoder.decode(name, StandardCharsets.UTF_8),
                    URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return found;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
