package kat.scheduler;

import kat.api.Kind;
import kat.api.Kinds;

/// Kinds that tell what devices there are.
public final class DeviceKinds {

    public static final Kind SLICE = Kinds.builtIn().require("resource.k8s.io/v1", "ResourceSlice");
    public static final Kind CLASS = Kinds.builtIn().require("resource.k8s.io/v1", "DeviceClass");

    private DeviceKinds() {}
}
