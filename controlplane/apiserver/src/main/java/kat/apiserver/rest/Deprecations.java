package kat.apiserver.rest;

import java.util.List;
import kat.api.custom.CustomKind;
import kat.apiserver.registry.Resource;

/// Warnings about kinds that are served but no longer advised.
final class Deprecations {

    private Deprecations() {}

    static List<String> of(Resource resource) {
        CustomKind custom = resource.custom();
        if (custom != null) {
            return custom.warning().isEmpty() ? List.of() : List.of(custom.warning());
        }
        if (!resource.kind().group().isEmpty()) {
            return List.of();
        }
        return switch (resource.kind().plural()) {
            case "endpoints" ->
                    List.of(
                            "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1"
                                    + " EndpointSlice");
            case "componentstatuses" -> List.of("v1 ComponentStatus is deprecated in v1.19+");
            default -> List.of();
        };
    }
}
