package kat.apiserver.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;

/// Posts a review to a webhook over HTTPS and gives its answer. The name in the webhook's
/// certificate is that of its address, or `SERVICE.NAMESPACE.svc`.
///
/// Each call has a connection of its own.
///
/// **Threads:** any; blocks up to the time that is given, twice: to connect and for each read.
public final class WebhookClient {

    private static final int HTTPS = 443;

    private final ServiceEndpoints services;

    public WebhookClient(Reader reader, Resources resources) {
        this.services = new ServiceEndpoints(reader, resources);
    }

    /// Where to connect to, and how the other side is called.
    private record Place(List<InetSocketAddress> addresses, String name, int port, String path) {}

    /// @throws WebhookException when there is no answer, or none that is a JSON object with 200
    public JsonObject post(WebhookTarget target, JsonObject review, Duration timeout)
            throws WebhookException {
        Place place = place(target);
        IOException last = new IOException("no address");
        for (InetSocketAddress address : place.addresses()) {
            try (Socket plain = new Socket()) {
                plain.connect(address, millis(timeout));
                plain.setSoTimeout(millis(timeout));
                return exchange(target, place, plain, review.toBytes());
            } catch (IOException e) {
                last = e;
            } catch (GeneralSecurityException e) {
                throw failed(target, place, e);
            }
        }
        throw failed(target, place, last);
    }

    private static WebhookException failed(WebhookTarget target, Place place, Exception cause) {
        String address = target.url().isEmpty() ? target.shown() : "https://" + place.name();
        String shown = target.url().isEmpty() ? address : target.url();
        return new WebhookException("Post \"" + shown + "\": " + cause.getMessage(), cause);
    }

    private static int millis(Duration timeout) {
        return Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
    }

    private Place place(WebhookTarget target) throws WebhookException {
        if (target.url().isEmpty()) {
            String name = target.service() + "." + target.namespace() + ".svc";
            String path = target.path().isEmpty() ? "/" : target.path();
            return new Place(services.find(target), name, target.port(), path);
        }
        URI url = URI.create(target.url());
        int port = url.getPort() < 0 ? HTTPS : url.getPort();
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        InetSocketAddress address = new InetSocketAddress(url.getHost(), port);
        return new Place(List.of(address), url.getHost(), port, path + query);
    }

    private static JsonObject exchange(WebhookTarget target, Place place, Socket plain, byte[] body)
            throws IOException, GeneralSecurityException, WebhookException {
        SSLContext context = trusting(target.caBundle());
        try (SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(plain, place.name(), place.port(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            send(socket.getOutputStream(), place, body);
            HttpAnswer answer = HttpAnswer.read(new BufferedInputStream(socket.getInputStream()));
            return tree(answer);
        }
    }

    private static void send(OutputStream out, Place place, byte[] body) throws IOException {
        String head =
                "POST "
                        + place.path()
                        + " HTTP/1.1\r\nhost: "
                        + place.name()
                        + ":"
                        + place.port()
                        + "\r\ncontent-type: application/json\r\naccept: application/json"
                        + "\r\nuser-agent: kube-apiserver-admission\r\nconnection: close"
                        + "\r\ncontent-length: "
                        + body.length
                        + "\r\n\r\n";
        out.write(head.getBytes(US_ASCII));
        out.write(body);
        out.flush();
    }

    private static JsonObject tree(HttpAnswer answer) throws WebhookException {
        if (answer.code() != 200) {
            throw new WebhookException(
                    "the server responded with the status code "
                            + answer.code()
                            + " but did not return more information");
        }
        try {
            if (Json.parse(answer.body()) instanceof JsonObject object) {
                return object;
            }
            throw new WebhookException("the webhook's answer is no object");
        } catch (JsonException e) {
            throw new WebhookException("the webhook's answer is no JSON: " + e.getMessage(), e);
        }
    }

    private static SSLContext trusting(String bundle) throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        if (bundle.isBlank()) {
            context.init(null, null, null);
            return context;
        }
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        int next = 0;
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (Certificate each :
                factory.generateCertificates(new ByteArrayInputStream(bundle.getBytes(US_ASCII)))) {
            trusted.setCertificateEntry("ca" + next++, each);
        }
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
