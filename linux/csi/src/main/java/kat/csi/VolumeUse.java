package kat.csi;

import java.util.List;

/// How a volume is to be used.
///
/// @param block as a device and not as a file system; the file system's facts are then empty
/// @param fsType such as `ext4`; empty for the driver's choice
/// @param mountFlags options of the mount
/// @param mountGroup id of the group that shall own the files; empty for none
public record VolumeUse(
        AccessMode mode, boolean block, String fsType, List<String> mountFlags, String mountGroup) {

    /// Who may use a volume at a time.
    public enum AccessMode {
        UNKNOWN,
        SINGLE_NODE_WRITER,
        SINGLE_NODE_READER_ONLY,
        MULTI_NODE_READER_ONLY,
        MULTI_NODE_SINGLE_WRITER,
        MULTI_NODE_MULTI_WRITER,
        SINGLE_NODE_SINGLE_WRITER,
        SINGLE_NODE_MULTI_WRITER
    }

    public VolumeUse {
        mountFlags = List.copyOf(mountFlags);
    }
}
