package kat.csi;

/// What a driver's Node service can do beyond publishing volumes.
public enum NodeCapability {
    STAGE_UNSTAGE_VOLUME,
    GET_VOLUME_STATS,
    EXPAND_VOLUME,
    VOLUME_CONDITION,
    SINGLE_NODE_MULTI_WRITER,
    VOLUME_MOUNT_GROUP
}
