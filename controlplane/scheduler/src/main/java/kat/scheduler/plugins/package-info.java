/// The scheduler's plug-ins, with the names, reasons and scores of kube-scheduler's.
///
/// Each is a class that stands alone; [kat.scheduler.plugins.DefaultPlugins] lists them in the
/// order in which they are asked.
///
/// A plug-in sees one pod and one node, and keeps nothing.
@NullMarked
package kat.scheduler.plugins;

import org.jspecify.annotations.NullMarked;
