package kat.client.node;

/// The container of a pod on a node that a request is about.
///
/// @param node the node's name
/// @param uid of the pod; an older pod of the same name does not answer for it
/// @param container never empty for logs, exec and attach; empty for ports
public record PodTarget(String node, String namespace, String pod, String uid, String container) {}
