package kat.scheduler.devices;

import java.util.Map;

/// A node, as far as devices reach it.
///
/// @param labels of the node; not changed any more
public record Place(String node, Map<String, String> labels) {}
