package kat.csi;

import java.util.List;

/// What a plug-in says of itself when it is registered.
///
/// @param type such as `CSIPlugin`
/// @param name of the driver
/// @param endpoint the socket that serves it; empty for the one that was asked
/// @param versions of its interface, such as `1.0.0`; for drivers of devices the services, such
///     as `v1.DRAPlugin`
public record PluginInfo(String type, String name, String endpoint, List<String> versions) {

    public static final String STORAGE = "CSIPlugin";
    public static final String DEVICES = "DRAPlugin";

    public PluginInfo {
        versions = List.copyOf(versions);
    }
}
