package kat.clients.badinput;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import kat.clients.BareServer;

/// Sends bytes over TLS as they are and reads what comes back until the server closes.
final class RawClient {

    /// How long an answer may take on a busy machine before it counts as none.
    static final int PATIENCE_MILLIS = 20_000;

    private static final Pattern LINE = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

    private final URI address;
    private final SSLContext trust;
    private final String token;

    RawClient(BareServer server) throws GeneralSecurityException, IOException {
        this.address = server.server().address();
        this.trust = trusting(server.server().pki().authority().certificate());
        this.token = server.token();
    }

    private static SSLContext trusting(X509Certificate authority)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", authority);
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /// @param code 0 when the connection was closed without an answer
    record Reply(int code, String head, String body) {}

    /// One request of the administrator.
    ///
    /// @param type the body's media type; empty for none
    Reply ask(String method, String path, String type, byte[] body) throws IOException {
        return ask(method, path, type, body, "authorization: Bearer " + token + "\r\n");
    }

    /// @param headers whole lines
    Reply ask(String method, String path, String type, byte[] body, String headers)
            throws IOException {
        String head =
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
                        + headers
                        + (type.isEmpty() ? "" : "content-type: " + type + "\r\n")
                        + "content-length: "
                        + body.length
                        + "\r\n\r\n";
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(head.getBytes(ISO_8859_1));
        whole.writeBytes(body);
        return send(whole.toByteArray());
    }

    Reply ask(OddRequests.Odd odd) throws IOException {
        String headers = odd.headers() + (odd.isAdmin() ? authorization() : "");
        return ask(odd.method(), odd.path(), "", odd.bytes(), headers);
    }

    String authorization() {
        return "authorization: Bearer " + token + "\r\n";
    }

    /// @throws java.net.SocketTimeoutException when the server leaves the client waiting
    Reply send(byte[] bytes) throws IOException {
        try (SSLSocket socket = open()) {
            try {
                socket.getOutputStream().write(bytes);
                socket.getOutputStream().flush();
            } catch (SocketException | SSLException answeredBefore) {
                // the answer says why the server did not read on
            }
            return read(socket.getInputStream());
        }
    }

    SSLSocket open() throws IOException {
        Socket socket = trust.getSocketFactory().createSocket(address.getHost(), address.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return (SSLSocket) socket;
    }

    static Reply read(InputStream in) throws IOException {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try {
            in.transferTo(got);
        } catch (SocketException | SSLException closedHard) {
            // what came before counts
        }
        String text = got.toString(UTF_8);
        Matcher line = LINE.matcher(text);
        int end = text.indexOf("\r\n\r\n");
        if (!line.lookingAt() || end < 0) {
            return new Reply(0, "", text);
        }
        String head = text.substring(0, end).toLowerCase(Locale.ROOT);
        return new Reply(Integer.parseInt(line.group(1)), head, text.substring(end + 4));
    }
}
