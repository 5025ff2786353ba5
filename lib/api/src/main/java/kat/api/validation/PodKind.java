package kat.api.validation;

/// Whether rules look at a pod or at the template of one, which differ in small things.
///
/// @param name of the pod; empty in a template
record PodKind(String name, boolean isPod) {

    static final PodKind TEMPLATE = new PodKind("", false);
}
