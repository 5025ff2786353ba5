/// Archives of images and charts for machines that reach no registry.
///
/// Read [kat.cli.bundle.BundleIndex] first, which says what an archive holds;
/// [kat.cli.bundle.BundleWriter] makes one, [kat.cli.bundle.BundleReader] checks one from its first
/// byte to its last, and [kat.cli.bundle.ChartShelf] keeps charts for a cluster.
///
/// Nothing here knows clusters, processes or the command line.
@NullMarked
package kat.cli.bundle;

import org.jspecify.annotations.NullMarked;
