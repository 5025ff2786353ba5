/// What may be set about a node: the fields of a KubeletConfiguration that mean something here.
///
/// Read [kat.kubelet.settings.NodeSettings] (all of it), then its parts
/// [kat.kubelet.settings.ShutdownSettings], [kat.kubelet.settings.LogSettings] and
/// [kat.kubelet.settings.EvictionSettings].
///
/// Nothing here reads files or acts: trees come in, values go out.
@NullMarked
package kat.kubelet.settings;

import org.jspecify.annotations.NullMarked;
