package kat.apiserver.fairness;

import kat.apiserver.auth.User;

/// Who asks for what, as far as flow schemas look at it.
///
/// @param verb as permissions name it; the method in lower case for other paths
/// @param isResource whether it is about a resource, not another path
/// @param resource with its subresource: `pods/log`
/// @param namespace empty for none
public record Asked(
        User user,
        String verb,
        boolean isResource,
        String group,
        String resource,
        String namespace,
        String path) {}
