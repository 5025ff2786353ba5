package kat.apiserver.auth;

import java.security.cert.X509Certificate;
import java.util.List;

/// Who may speak for other users, by headers.
///
/// @param authority signed the certificates of proxies
/// @param names of the proxies; empty for any that the authority knows
public record FrontProxy(X509Certificate authority, List<String> names) {

    public FrontProxy {
        names = List.copyOf(names);
    }
}
