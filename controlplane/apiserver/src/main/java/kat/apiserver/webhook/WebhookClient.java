package kat.apiserver.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import kat.api.json.JsonObject;
import kat.apiserver.pace.Turn;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;
import kat.apiserver.webhook.Connections.Connection;
import kat.apiserver.webhook.Connections.Server;
import kat.base.Ticker;
import kat.base.trace.Span;
import kat.base.trace.TraceContext;
import org.jspecify.annotations.Nullable;

/// Posts a review to a webhook over HTTPS and gives its answer. The name in the webhook's
/// certificate is that of its address, or `SERVICE.NAMESPACE.svc`.
///
/// Connections are kept for the calls that follow. Failures are told in the words of Kubernetes'
/// client.
///
/// **Threads:** any; blocks up to the time that is given.
public final class WebhookClient {

    private static final int HTTPS = 443;

    private final @Nullable ServiceEndpoints services;
    private final Trust trust = new Trust();
    private final Ticker ticker;
    private final Connections connections;

    public WebhookClient(Reader reader, Resources resources, Ticker ticker) {
        this(new ServiceEndpoints(reader, resources), ticker);
    }

    /// One that knows no Services, only addresses.
    public static WebhookClient outside(Ticker ticker) {
        return new WebhookClient(null, ticker);
    }

    private WebhookClient(@Nullable ServiceEndpoints services, Ticker ticker) {
        this.services = services;
        this.ticker = ticker;
        this.connections = new Connections(ticker);
    }

    /// How the other side is called.
    ///
    /// @param shown the whole address
    /// @param path with the query
    private record Place(String shown, String name, int port, String path) {

        static Place of(WebhookTarget target, Duration timeout) {
            String query = "?timeout=" + timeout.toSeconds() + "s";
            if (target.url().isEmpty()) {
                String name = target.service() + "." + target.namespace() + ".svc";
                String path = slashed(target.path()) + query;
                String shown = "https://" + name + ":" + target.port() + path;
                return new Place(shown, name, target.port(), path);
            }
            URI url = URI.create(target.url());
            String path = clean(url) + query;
            int port = url.getPort() < 0 ? HTTPS : url.getPort();
            String shown = "https://" + url.getRawAuthority() + path;
            return new Place(shown, url.getHost(), port, path);
        }

        /// The path without empty parts and without a slash at its end, as Kubernetes' client asks
        /// for it.
        private static String clean(URI url) {
            Deque<String> parts = new ArrayDeque<>();
            for (String part : Objects.requireNonNullElse(url.getPath(), "").split("/", -1)) {
                if (part.equals("..")) {
                    parts.pollLast();
                } else if (!part.isEmpty() && !part.equals(".")) {
                    parts.add(part);
                }
            }
            try {
                return new URI(null, null, "/" + String.join("/", parts), null).getRawPath();
            } catch (URISyntaxException e) {
                return slashed(url.getRawPath());
            }
        }

        private static String slashed(String path) {
            return path.startsWith("/") ? path : "/" + path;
        }

        WebhookException failed(String why, Exception cause) {
            return new WebhookException("Post \"" + shown + "\": " + why, cause);
        }
    }

    /// Closes what a call works with when its time is over.
    private static final class Limit {
        private volatile boolean isOver;
        private volatile Socket socket = new Socket();

        void over() {
            isOver = true;
            close();
        }

        /// Puts another connection under the limit.
        void watch(Socket next) {
            socket = next;
            if (isOver) {
                close();
            }
        }

        private void close() {
            try {
                socket.close();
            } catch (IOException alreadyBroken) {
                // The call ends either way.
            }
        }
    }

    /// @throws WebhookException when there is no answer, or none that is a JSON object with 200
    public JsonObject post(WebhookTarget target, JsonObject review, Duration timeout)
            throws WebhookException {
        return ReviewDecoder.decode(exchange(target, review.toBytes(), timeout), review);
    }

    /// Posts what needs no answer.
    ///
    /// @throws WebhookException when it was not taken
    public void send(WebhookTarget target, byte[] body, Duration timeout) throws WebhookException {
        ReviewDecoder.requireTaken(exchange(target, body, timeout));
    }

    private HttpAnswer exchange(WebhookTarget target, byte[] body, Duration timeout)
            throws WebhookException {
        Place place = Place.of(target, timeout);
        Limit limit = new Limit();
        Turn.waits();
        Ticker.Scheduled timer = ticker.schedule(timeout, limit::over);
        try {
            return answer(target, place, body, limit);
        } finally {
            timer.cancel();
        }
    }

    private HttpAnswer answer(WebhookTarget target, Place place, byte[] body, Limit limit)
            throws WebhookException {
        List<InetSocketAddress> addresses = addresses(target, place);
        String why = "no address";
        IOException last = new IOException(why);
        for (InetSocketAddress address : addresses) {
            Server server = new Server(address, place.name(), target.caBundle());
            try {
                HttpAnswer kept = again(server, place, body, limit);
                return kept == null ? first(server, place, body, limit) : kept;
            } catch (IOException e) {
                last = e;
                why = limit.isOver ? ConnectionFaults.TIMED_OUT : ConnectionFaults.of(e, address);
            } catch (CertificateException e) {
                throw WebhookException.before(
                        "unable to load root certificates: unable to parse bytes as PEM block", e);
            } catch (GeneralSecurityException e) {
                throw place.failed(String.valueOf(e.getMessage()), e);
            }
            if (limit.isOver) {
                break;
            }
        }
        throw place.failed(why, last);
    }

    /// A call on a connection that waited; null when there is none, or the server had given it up.
    private @Nullable HttpAnswer again(Server server, Place place, byte[] body, Limit limit)
            throws IOException {
        Connection kept = connections.take(server);
        if (kept == null) {
            return null;
        }
        limit.watch(kept.socket());
        try {
            return call(server, kept, place, body);
        } catch (IOException e) {
            kept.close();
            if (limit.isOver) {
                throw e;
            }
            return null;
        }
    }

    private HttpAnswer first(Server server, Place place, byte[] body, Limit limit)
            throws IOException, GeneralSecurityException {
        Socket plain = new Socket();
        limit.watch(plain);
        try {
            plain.connect(server.address());
            return call(server, connected(server, place, plain), place, body);
        } catch (IOException | GeneralSecurityException e) {
            plain.close();
            throw e;
        }
    }

    private Connection connected(Server server, Place place, Socket plain)
            throws IOException, GeneralSecurityException {
        SSLSocket socket =
                (SSLSocket)
                        trust.in(server.caBundle())
                                .getSocketFactory()
                                .createSocket(plain, place.name(), place.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return new Connection(socket, new BufferedInputStream(socket.getInputStream()));
    }

    private HttpAnswer call(Server server, Connection connection, Place place, byte[] body)
            throws IOException {
        send(connection.socket().getOutputStream(), place, body);
        HttpAnswer answer = HttpAnswer.read(connection.in());
        if (answer.isLast()) {
            connection.close();
        } else {
            connections.give(server, connection);
        }
        return answer;
    }

    private List<InetSocketAddress> addresses(WebhookTarget target, Place place)
            throws WebhookException {
        ServiceEndpoints known = services;
        if (!target.url().isEmpty() || known == null) {
            return List.of(new InetSocketAddress(place.name(), place.port()));
        }
        try {
            return known.find(target.namespace(), target.service(), target.port());
        } catch (WebhookException e) {
            throw place.failed(String.valueOf(e.getMessage()), e);
        }
    }

    /// Tells the webhook of which trace the call is part.
    private static String trace(@Nullable TraceContext context) {
        if (context == null) {
            return "";
        }
        String parent = "\r\ntraceparent: " + context.parent();
        return context.state().isEmpty() ? parent : parent + "\r\ntracestate: " + context.state();
    }

    private static void send(OutputStream out, Place place, byte[] body) throws IOException {
        String head =
                "POST "
                        + place.path()
                        + " HTTP/1.1\r\nhost: "
                        + place.name()
                        + ":"
                        + place.port()
                        + "\r\ncontent-type: application/json\r\naccept: application/json, */*"
                        + "\r\nuser-agent: kube-apiserver-admission"
                        + trace(Span.current())
                        + "\r\ncontent-length: "
                        + body.length
                        + "\r\n\r\n";
        out.write(head.getBytes(US_ASCII));
        out.write(body);
        out.flush();
    }
}
