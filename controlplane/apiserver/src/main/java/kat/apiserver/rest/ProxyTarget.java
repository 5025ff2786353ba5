package kat.apiserver.rest;

import java.util.List;
import kat.api.Status;

/// Which part of an object a proxy request means: `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`.
///
/// @param scheme `http` or `https`
/// @param port number or name; empty when not said
///
/// **Source:** `SplitSchemeNamePort` in `k8s.io/apimachinery/pkg/util/net`.
record ProxyTarget(String scheme, String name, String port) {

    /// @param kind for the message, for example `pod`
    /// @throws kat.api.StatusException when it is none of these
    static ProxyTarget parse(String kind, String id) {
        List<String> parts = List.of(id.split(":", -1));
        ProxyTarget target =
                switch (parts.size()) {
                    case 1 -> new ProxyTarget("http", id, "");
                    case 2 -> new ProxyTarget("http", parts.get(0), parts.get(1));
                    case 3 -> new ProxyTarget(scheme(parts.get(0)), parts.get(1), parts.get(2));
                    default -> new ProxyTarget("", "", "");
                };
        if (target.name.isEmpty() || target.scheme.isEmpty()) {
            throw Status.badRequest("invalid " + kind + " request \"" + id + "\"").asException();
        }
        return target;
    }

    /// Empty when there is no such scheme.
    private static String scheme(String text) {
        return switch (text) {
            case "", "http" -> "http";
            case "https" -> "https";
            default -> "";
        };
    }
}
