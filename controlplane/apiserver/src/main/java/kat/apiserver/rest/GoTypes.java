package kat.apiserver.rest;

import kat.api.Kind;

/// What Kubernetes' own code calls the types of objects, which some refusals tell.
///
/// **Source:** the packages below `pkg/apis`; `apimachinery/pkg/apis/meta/v1/unstructured`.
final class GoTypes {

    private GoTypes() {}

    static String ofObject(Kind kind) {
        return kind.schema().isEmpty()
                ? "*unstructured.Unstructured"
                : "*" + packageOf(kind) + "." + kind.kind();
    }

    static String ofList(Kind kind) {
        return kind.schema().isEmpty()
                ? "*unstructured.UnstructuredList"
                : "*" + packageOf(kind) + "." + kind.kind() + "List";
    }

    /// Events have one type in both of their groups.
    private static String packageOf(Kind kind) {
        String group = kind.group();
        if (group.isEmpty() || group.equals("events.k8s.io")) {
            return "core";
        }
        int dot = group.indexOf('.');
        return dot < 0 ? group : group.substring(0, dot);
    }
}
