package kat.apiserver.webhook;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// What went wrong with a connection or answer, in the words of Go's network library and of
/// Kubernetes' client: people and tests look for these.
///
/// **Source:** `apimachinery/pkg/api/errors/errors.go`, `NewGenericServerResponse`.
final class ConnectionFaults {

    static final String TIMED_OUT = "context deadline exceeded";

    private ConnectionFaults() {}

    static String of(IOException fault, InetSocketAddress address) {
        String host =
                address.isUnresolved()
                        ? address.getHostString()
                        : address.getAddress().getHostAddress();
        String dial = "dial tcp " + host + ":" + address.getPort() + ": connect: ";
        String message = fault.getMessage() == null ? "EOF" : fault.getMessage();
        return switch (fault) {
            case UnknownHostException _ -> "dial tcp: lookup " + host + ": no such host";
            case NoRouteToHostException _ -> dial + "no route to host";
            case ConnectException _ -> dial + message.toLowerCase(Locale.ROOT);
            case SSLException _ -> tls(fault, message);
            case EOFException _ -> "EOF";
            default -> message;
        };
    }

    private static String tls(IOException fault, String message) {
        for (@Nullable Throwable cause = fault; cause != null; cause = cause.getCause()) {
            String text = cause.getMessage() == null ? "" : cause.getMessage();
            String start = "tls: failed to verify certificate: x509: ";
            if (text.contains("unable to find valid certification path")) {
                return start + "certificate signed by unknown authority";
            }
            if (cause instanceof CertificateException) {
                return start + text;
            }
        }
        if (message.contains("Remote host terminated the handshake")) {
            return "EOF";
        }
        return message.contains("Unsupported or unrecognized SSL message")
                ? "http: server gave HTTP response to HTTPS client"
                : message;
    }

    /// @param text the answer's body
    static String ofCode(int code, String text) {
        boolean isTold = !text.isEmpty() && !text.equals("unknown");
        return switch (code) {
            case 400 -> "the server rejected our request for an unknown reason";
            case 401 -> "the server has asked for the client to provide credentials";
            case 403 -> text.isEmpty() ? "unknown" : text;
            case 404 -> "the server could not find the requested resource";
            case 405 -> "the server does not allow this method on the requested resource";
            case 406 ->
                    isTold
                            ? text
                            : "the server was unable to respond with a content type that the client"
                                    + " supports";
            case 409 -> "the server reported a conflict";
            case 415 -> isTold ? text : "the body of the request was in an unknown format";
            case 422 -> "the server rejected our request due to an error in our request";
            case 429 ->
                    "the server has received too many requests and has asked us to try again later";
            case 503 -> "the server is currently unable to handle the request";
            case 504 ->
                    "the server was unable to return a response in the time allotted, but may still"
                            + " be processing the request";
            default ->
                    code >= 500
                            ? "an error on the server (\""
                                    + text
                                    + "\") has prevented the request from succeeding"
                            : "the server responded with the status code "
                                    + code
                                    + " but did not return more information";
        };
    }
}
