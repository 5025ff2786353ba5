package kat.apiserver.rest;

import java.util.List;

/// Warnings about kinds that are served but no longer advised.
final class Deprecations {

    private Deprecations() {}

    static List<String> of(RequestInfo info) {
        if (!info.group().isEmpty()) {
            return List.of();
        }
        return switch (info.resource()) {
            case "endpoints" ->
                    List.of(
                            "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1"
                                    + " EndpointSlice");
            case "componentstatuses" -> List.of("v1 ComponentStatus is deprecated in v1.19+");
            default -> List.of();
        };
    }
}
