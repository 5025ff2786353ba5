package kat.csi;

import java.util.List;

/// What a plug-in says of itself when it is registered.
///
/// @param type such as `CSIPlugin`
/// @param name for a driver of storage, its name
/// @param endpoint the socket that serves it; empty for the one that was asked
/// @param versions of its interface, such as `1.0.0`
public record PluginInfo(String type, String name, String endpoint, List<String> versions) {

    public static final String STORAGE = "CSIPlugin";

    public PluginInfo {
        versions = List.copyOf(versions);
    }
}
