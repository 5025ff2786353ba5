package kat.scheduler;

/// What happened in the cluster, as far as it may help a pod that found no node.
public enum ClusterEvent {
    NODE_ADDED,
    NODE_ALLOCATABLE_GREW,
    NODE_LABELS_CHANGED,
    NODE_TAINTS_CHANGED,
    NODE_FEATURES_CHANGED,
    /// A pod on a node has ended or is gone.
    POD_LEFT,
    /// A pod came to a node, or its labels changed.
    POD_CAME,
    /// A namespace, claim, volume or storage class has changed.
    OBJECT_CHANGED,
    /// Devices were given back, or a slice or class of devices has changed.
    DEVICES_CHANGED,
    /// A claim for devices was made, or its status has changed.
    DEVICE_CLAIM_CHANGED,
    /// A long time has passed.
    TIMEOUT
}
