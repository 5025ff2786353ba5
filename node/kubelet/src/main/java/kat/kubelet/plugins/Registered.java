package kat.kubelet.plugins;

import java.util.function.BooleanSupplier;

/// A plug-in that was taken in.
///
/// @param name of its driver, told apart from those of other types
/// @param release lets it go; gives whether other sockets of the name are to be asked again
public record Registered(String name, BooleanSupplier release) {}
