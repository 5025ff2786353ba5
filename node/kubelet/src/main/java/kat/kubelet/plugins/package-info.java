/// How plug-ins of a node make themselves known, whatever they drive.
///
/// Read [kat.kubelet.plugins.PluginRegistry], which follows their sockets, then
/// [kat.kubelet.plugins.Registrar], which asks them who they are and hands them to the
/// [kat.kubelet.plugins.PluginHandler] of their type.
///
/// Nothing here knows what a plug-in does.
@NullMarked
package kat.kubelet.plugins;

import org.jspecify.annotations.NullMarked;
