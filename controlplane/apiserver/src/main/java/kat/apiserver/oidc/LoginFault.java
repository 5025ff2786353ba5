package kat.apiserver.oidc;

/// A token of the issuer cannot be accepted; the message tells why, for the log.
final class LoginFault extends Exception {
    private static final long serialVersionUID = 1L;

    LoginFault(String message) {
        super(message);
    }
}
